import Bounded

/// The mirror of one agent: the vector that it sent last, as both sides know it.
public struct MirrorRecord: Equatable, Sendable {
    /// Its place among the gateway's mirrors, which has one row.
    public var place: UInt64
    /// Whose it is.
    public var key: AgentKey
    /// The boot of the agent that it belongs to.
    public var epoch: UInt64
    /// The newest report that changed it.
    public var sequence: UInt64
    /// Bits of an element: 32 or 16.
    public var precision: UInt32
    /// The elements, little-endian.
    public var data: [UInt8]

    public init(
        place: UInt64, key: AgentKey, epoch: UInt64, sequence: UInt64, precision: UInt32, data: [UInt8]
    ) {
        self.place = place
        self.key = key
        self.epoch = epoch
        self.sequence = sequence
        self.precision = precision
        self.data = data
    }
}
