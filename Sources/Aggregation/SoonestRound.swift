/// When a round of Rennala is over soonest if the quickest to answer are asked alone: whom to ask, and when.
///
/// With the learners in the order of how long their answers take, a_1 ≤ a_2 ≤ …, and M_i gradients of each after t
/// seconds, the k quickest have collected M gradients, and have answered, in
///
///     T_k = max(0, t (M / Σ_{i ≤ k} M_i − 1)) + a_k
///
/// More learners collect sooner and answer later. The k of the least T_k says whom to ask; once its first term is 0, it
/// is time to ask them. Nobody is left out for what its gradients are, so their mean is as unbiased as that of all.
///
/// **Source:** own, after the minimum over m in Rennala NIGT's bound (Tyurin, Spiridonov, Rudenko, arXiv 2509.24305),
/// which has one time for all messages.
public struct SoonestRound: Equatable, Sendable {
    /// M.
    private let wanted: UInt64
    /// t. **Units:** seconds.
    private let elapsed: Double
    /// Σ M_i of the learners that were added.
    private var batches: UInt64 = 0
    /// The longest a_i of them.
    private var slowest = 0.0
    /// The least T_k so far. **Units:** seconds.
    public private(set) var remaining = Double.infinity
    /// a_k at that k: who answers within it is to be asked. **Units:** seconds.
    public private(set) var answerLimit = 0.0
    /// Whether those have made M gradients.
    public private(set) var isEnough = false

    /// A round that needs `wanted` gradients and is open for `elapsed` seconds, with nobody in it yet.
    public init(wanted: UInt64, elapsed: Double) {
        self.wanted = wanted
        self.elapsed = elapsed
    }

    /// Counts a learner; quicker ones come before slower ones.
    ///
    /// - Parameter answerSeconds: a_i; 0 of one that was never asked, so that it will be.
    public mutating func add(batches count: UInt64, answerSeconds: Double) {
        batches &+= count
        slowest = max(slowest, answerSeconds)
        guard batches > 0 else { return }
        let time = max(0, elapsed * (Double(wanted) / Double(batches) - 1)) + slowest
        guard time < remaining else { return }
        remaining = time
        answerLimit = slowest
        isEnough = batches >= wanted
    }
}
