/// Bytes on the wire by kind of message, framing and encryption included, resends too.
///
/// Connecting and heartbeats belong to no message, and are not in it.
public struct MessageTraffic: Equatable, Sendable {
    /// From the agent.
    public var hello: UInt64 = 0
    public var update: UInt64 = 0
    public var skip: UInt64 = 0
    public var fetch: UInt64 = 0
    public var goodbye: UInt64 = 0
    /// From the gateway.
    public var welcome: UInt64 = 0
    public var policy: UInt64 = 0
    public var announce: UInt64 = 0
    public var reject: UInt64 = 0

    /// All zero.
    public init() {}
}
