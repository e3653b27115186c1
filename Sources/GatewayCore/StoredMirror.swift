import Bounded
import GradientCodec

/// One agent's mirror, as the store keeps it.
///
/// The bytes are somebody else's, valid until the core is called again.
public struct StoredMirror {
    /// Its place among the gateway's mirrors; another agent's mirror at the same place takes its row.
    public var place: Int
    /// Whose it is.
    public var key: AgentKey
    /// The boot of the agent that it belongs to.
    public var epoch: BootEpoch
    /// The newest report that changed it.
    public var sequence: UpdateSequence
    /// How its elements are packed.
    public var precision: UplinkSettings.Mirror
    /// The elements, little-endian.
    public var data: UnsafeRawBufferPointer

    public init(
        place: Int, key: AgentKey, epoch: BootEpoch, sequence: UpdateSequence, precision: UplinkSettings.Mirror,
        data: UnsafeRawBufferPointer
    ) {
        self.place = place
        self.key = key
        self.epoch = epoch
        self.sequence = sequence
        self.precision = precision
        self.data = data
    }
}
