import Bounded

/// What an agent that collects has finished at a version, and not sent: cumulative, so that losing one does no harm.
public struct Progress: Sendable, BitwiseCopyable {
    /// The boot of the agent.
    public var bootEpoch: BootEpoch
    /// The policy version that was sampled with.
    public var baseVersion: PolicyVersion
    /// How many gradients are finished.
    public var batches: UInt32

    public init(bootEpoch: BootEpoch, baseVersion: PolicyVersion, batches: UInt32) {
        self.bootEpoch = bootEpoch
        self.baseVersion = baseVersion
        self.batches = batches
    }
}
