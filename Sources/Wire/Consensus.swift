/// How a federation agrees on one natural gradient, a round at a time.
///
/// **Source:** Lan, Wang, Anderson, Brinton, Aggarwal, "Improved Communication Efficiency in Federated Natural Policy
/// Gradient via ADMM-based Gradient Updates" (FedNPG-ADMM, arXiv 2310.19807).
public struct Consensus: Equatable, Sendable, BitwiseCopyable {
    /// ρ: how strongly an agent's solution is drawn to what all agree on; above 0.
    public var penalty: Float
    /// J: rounds at one policy, at least 1.
    public var rounds: UInt32

    public init(penalty: Float, rounds: UInt32 = 1) {
        self.penalty = penalty
        self.rounds = rounds
    }
}
