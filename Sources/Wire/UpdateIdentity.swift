import Bounded

/// What names one report of one agent: the boot it was made in, and its number within that boot.
public struct UpdateIdentity: Equatable, Sendable, BitwiseCopyable {
    /// How often the agent had started.
    public var epoch: BootEpoch
    /// The number of the report within that boot; the first is 1.
    public var sequence: UpdateSequence

    public init(epoch: BootEpoch, sequence: UpdateSequence) {
        self.epoch = epoch
        self.sequence = sequence
    }
}
