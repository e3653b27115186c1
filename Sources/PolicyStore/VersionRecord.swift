import Bounded

/// One applied update: which report made which version, and what stood behind it.
///
/// **Memory:** plain numbers, so that the gateway's loop can copy it into a prepared slot.
public struct VersionRecord: Equatable, Sendable, BitwiseCopyable {
    /// The version that the update made.
    public var version: UInt64 = 0
    /// Who sent it; all zeros for a federation without keys.
    public var agent = AgentKey(words: (0, 0, 0, 0))
    /// The boot of the agent that made the report.
    public var epoch: UInt64 = 0
    /// The number of the report within that boot.
    public var sequence: UInt64 = 0
    /// The version that the gradient was sampled with.
    public var baseVersion: UInt64 = 0
    /// The versions that were made in between: δ.
    public var delay: UInt64 = 0
    /// Episodes, or parts of episodes, behind the gradient.
    public var trajectories: UInt32 = 0
    /// Environment steps behind the gradient.
    public var steps: UInt32 = 0
    /// The episodes that ended while the update was sampled; the return statistics are over these.
    public var episodes: UInt32 = 0
    /// Not a number when no episode ended; so are the other return statistics.
    public var returnMean: Double = .nan
    /// The sum of squared deviations of the returns from their mean.
    public var returnSquaredDeviations: Double = .nan
    /// The smallest return.
    public var returnMinimum: Double = .nan
    /// The largest return.
    public var returnMaximum: Double = .nan
    /// The mean length of an episode, in steps.
    public var episodeStepsMean: Double = .nan
    /// The Euclidean norm of the gradient.
    public var gradientNorm: Double = .nan
    /// **Units:** nats a step.
    public var entropy: Double = .nan
    /// What the agent spent on it.
    public var computeSeconds: Double = .nan
    /// The size of the frame that carried the update.
    public var messageBytes: UInt64 = 0
    /// The environment steps of all agents since the federation began, this update's included.
    public var stepsTotal: UInt64 = 0
    /// When it was applied. **Units:** nanoseconds since 1970, UTC.
    public var timeNanoseconds: UInt64 = 0

    public init() {}
}
