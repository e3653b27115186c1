import Bounded

/// What an update and a skip have in common: what was sampled, with which policy, and how it went.
public struct Report: Sendable, BitwiseCopyable {
    /// Which report this is.
    public var identity = UpdateIdentity(epoch: BootEpoch(0), sequence: UpdateSequence(0))
    /// The policy version that was sampled with (k′ in AFedPG, algorithm 1).
    public var baseVersion = PolicyVersion(0)
    /// Episodes, or parts of episodes, behind the gradient; 0, like `steps`, when a batch is used once more.
    public var trajectories: UInt32 = 0
    /// Gradients that the one sent is the mean of.
    public var batches: UInt32 = 1
    /// Environment steps behind the gradient.
    public var steps: UInt32 = 0
    /// How the episodes went that ended meanwhile.
    public var returns = ReturnStatistics()
    /// The checksum of the mirror before this message; 0 when no mirror is kept (see `mirrorChecksum(of:)`).
    public var mirrorChecksum: UInt32 = 0
    /// What the gate compared; 0 without a gate.
    public var gateValue: Float = 0
    /// What the gate value was compared with.
    public var gateThreshold: Float = 0
    /// Seconds spent on sampling and differentiating.
    public var computeSeconds: Float = 0
    /// What the agent's system could still give to it, in bytes; 0 when not known.
    public var freeMemoryBytes: UInt64 = 0
    /// The observations since the last acknowledged report; nil unless the policy normalises observations.
    public var observations: ObservationStatistics?
    /// The Euclidean norm of the gradient before it was packed.
    public var gradientNorm: Float = 0
    /// The mean entropy of the policy over the steps, in nats.
    public var entropy: Float = 0
    /// y_iᵀ H_i y_i of the agent's own solution y_i, where a natural gradient is agreed on; else 0.
    public var curvature: Float = 0

    public init() {}

    /// The checksum that goes on the wire for a mirror of these bytes: CRC-32C, with 1 in place of 0.
    public static func mirrorChecksum(of mirror: UnsafeRawBufferPointer) -> UInt32 {
        max(Checksum.of(mirror), 1)
    }
}
