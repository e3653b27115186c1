import Bounded

/// What names one report of one agent: the boot it was made in, and its number within that boot.
public struct UpdateIdentity: Equatable, Sendable {
    public var epoch: BootEpoch
    public var sequence: UpdateSequence

    public init(epoch: BootEpoch, sequence: UpdateSequence) {
        self.epoch = epoch
        self.sequence = sequence
    }
}
