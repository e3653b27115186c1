/// How many gradients each learner of a round has made so far, as far as a rule that collects wants to know.
public struct RoundCount: Equatable, Sendable {
    /// Learners counted (n).
    public private(set) var learners = 0
    /// Learners that have made none yet.
    public private(set) var idle = 0
    /// Σ M_i.
    public private(set) var batches: UInt64 = 0
    /// Σ 1/M_i over those that have made any.
    public private(set) var inverseSum = 0.0

    /// Nobody.
    public init() {}

    /// Counts a learner with so many gradients (M_i).
    public mutating func add(batches count: UInt64) {
        learners += 1
        batches &+= count
        if count == 0 { idle += 1 } else { inverseSum += 1 / Double(count) }
    }

    /// Whether the round has what `gathering` wants.
    ///
    /// **Source:** Tyurin, Spiridonov, Rudenko (arXiv 2509.24305): Rennala Σ M_i ≥ M; Malenia (1/n Σ 1/M_i)⁻¹ ≥ M/n,
    /// written n² ≥ M Σ 1/M_i.
    public func isEnough(for gathering: RoundGathering) -> Bool {
        guard learners > idle else { return false }
        switch gathering {
        case .everyLearner: return idle == 0
        case .rennala(let wanted): return batches >= wanted
        case .malenia(let wanted):
            return idle == 0 && Double(learners) * Double(learners) >= Double(wanted) * inverseSum
        }
    }
}
