/// Bytes at the gateway's socket by kind of message: headers and encryption, resends and broadcasts included.
///
/// Kinds that a gateway does not know are left out; `handshake` is what connections cost before the first message.
public struct WireTraffic: Codable, Equatable, Sendable {
    /// From the agents: `hello`, `update`, `skip`, `fetch`, `goodbye`, `progress`, `unreadable`, `handshake`.
    public var up: [String: UInt64]
    /// To the agents: `welcome`, `policy`, `announce`, `reject`, `collect`, `handshake`.
    public var down: [String: UInt64]

    public init(up: [String: UInt64] = [:], down: [String: UInt64] = [:]) {
        self.up = up
        self.down = down
    }

    /// All bytes from the agents.
    public var totalUp: UInt64 { up.values.reduce(0, &+) }
    /// All bytes to the agents.
    public var totalDown: UInt64 { down.values.reduce(0, &+) }
}
