import Bounded

/// A mirror in somebody else's memory; valid during the call that it is handed to.
///
/// The members mean what they mean in `MirrorRecord`.
public struct MirrorView {
    /// Its place among the gateway's mirrors.
    public var place: Int
    /// Whose it is.
    public var key: AgentKey
    /// The boot of the agent that it belongs to.
    public var epoch: UInt64
    /// The newest report that changed it.
    public var sequence: UInt64
    /// Bits of an element: 32 or 16.
    public var precision: UInt32
    /// The elements, little-endian.
    public var data: UnsafeRawBufferPointer

    public init(
        place: Int, key: AgentKey, epoch: UInt64, sequence: UInt64, precision: UInt32, data: UnsafeRawBufferPointer
    ) {
        self.place = place
        self.key = key
        self.epoch = epoch
        self.sequence = sequence
        self.precision = precision
        self.data = data
    }
}
