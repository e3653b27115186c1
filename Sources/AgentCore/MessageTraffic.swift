/// Bytes on the wire by kind of message, framing and encryption included, resends too.
///
/// Connecting and heartbeats belong to no message, and are not in it.
public struct MessageTraffic: Equatable, Sendable {
    /// From the agent: `Hello`.
    public var hello: UInt64 = 0
    /// From the agent: `Update`.
    public var update: UInt64 = 0
    /// From the agent: `Skip`.
    public var skip: UInt64 = 0
    /// From the agent: `Fetch`.
    public var fetch: UInt64 = 0
    /// From the agent: `Goodbye`.
    public var goodbye: UInt64 = 0
    /// From the agent: `Progress`.
    public var progress: UInt64 = 0
    /// From the gateway: `Welcome`.
    public var welcome: UInt64 = 0
    /// From the gateway: `Policy`.
    public var policy: UInt64 = 0
    /// From the gateway: `Announce`.
    public var announce: UInt64 = 0
    /// From the gateway: `Reject`.
    public var reject: UInt64 = 0
    /// From the gateway: `Collect`.
    public var collect: UInt64 = 0

    /// All zero.
    public init() {}
}
