/// How a federation agrees on one natural gradient, and how far it goes along it.
///
/// **Source:** Lan, Wang, Anderson, Brinton, Aggarwal (FedNPG-ADMM, arXiv 2310.19807).
public struct ConsensusSettings: Equatable, Sendable {
    /// What a step's length is measured in.
    public enum Metric: UInt32, Sendable {
        /// √(y · H y), with the agents' mean of what each says of its own solution: how much the policy changes.
        case fisher = 0
        /// ‖y‖.
        case euclidean = 1
    }

    /// ρ, in units of the Fisher matrix.
    public var penalty = 0.1
    /// J: rounds of agreement for each step.
    public var rounds = 1
    /// What a step is `stepSize` long in, where the direction is normalised at all.
    public var metric = Metric.fisher

    /// The most rounds that a step can be told to take.
    public static let maximumRounds = 10_000

    /// One round for each step.
    public init() {}

    /// Whether every value is in its range.
    public var isUsable: Bool { penalty > 0 && penalty.isFinite && (1...Self.maximumRounds).contains(rounds) }
}
