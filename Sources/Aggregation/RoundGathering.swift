/// When a round of a synchronous rule is over, and what each learner's gradient weighs in it.
public enum RoundGathering: Equatable, Sendable {
    /// Every learner has reported once; each weighs the same.
    case everyLearner
    /// The learners have made so many gradients together; each learner's mean weighs as much as it is the mean of.
    ///
    /// **Source:** Tyurin, Spiridonov, Rudenko (Rennala NIGT, arXiv 2509.24305), AggregateRennala.
    case rennala(batches: UInt64)
    /// The harmonic mean of the learners' numbers of gradients, times the learners, is `batches`, so every learner has
    /// made one; each learner's mean weighs the same.
    ///
    /// **Source:** the same, AggregateMalenia: (1/n Σ 1/M_i)⁻¹ ≥ M/n.
    case malenia(batches: UInt64)

    /// Whether learners go on until the round has enough.
    public var collects: Bool { self != .everyLearner }

    /// How many gradients a round needs (M); 0 when they are not counted.
    public var batches: UInt64 {
        switch self {
        case .everyLearner: 0
        case .rennala(let batches), .malenia(let batches): batches
        }
    }

    /// The most gradients in a round (M) that can be asked for.
    public static let batchesMaximum: UInt64 = 1_000_000

    /// The most gradients that one learner adds up: what one update can stand for.
    public static let learnerBatchesMaximum = 65_536

    /// Whether M is in its range.
    public var isUsable: Bool { !collects || (1...Self.batchesMaximum).contains(batches) }

    /// The same with another number of gradients.
    func needing(_ batches: UInt64) -> RoundGathering {
        switch self {
        case .everyLearner: self
        case .rennala: .rennala(batches: batches)
        case .malenia: .malenia(batches: batches)
        }
    }
}
