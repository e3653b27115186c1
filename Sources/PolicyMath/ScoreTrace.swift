import Bounded

/// The streaming form of GPOMDP and GAE: a decayed sum of scores, and the sums that normalise the advantages at the
/// end.
///
/// With e_t = γλ e_{t-1} + ∇log π_t, the gradient Σ_t ∇log π_t Â_t equals Σ_t δ_t e_t, so no step need be kept. The
/// mean and variance of the advantages, which are not known until the end either, stream as scalars.
/// **Memory:** one vector of parameters beside the gradient; a second if the advantages are normalised.
/// **Source:** Baxter and Bartlett 2001 (GPOMDP's eligibility trace); the moments are derived in the module's notes.
struct ScoreTrace {
    let trace: Vector
    /// Σ_t of the scores; nil when the advantages are not normalised.
    let total: Vector?
    private let decay: Double
    private var sumOfAdvantages = 0.0
    private var sumOfSquares = 0.0
    /// Over the steps t of this segment, with c_t = decay^(now - t): Σ c, Σ c², Σ c·(advantage so far).
    private var weightSum = 0.0
    private var squaredWeightSum = 0.0
    private var advantageSum = 0.0

    init(_ specification: PolicySpecification, settings: EstimatorSettings, arena: inout Arena) throws(Arena.Refusal) {
        // With the absolute discount γ^t Â_t = Σ_{h≥t} λ^{h-t} γ^h δ_h: the discount moves into the differences.
        decay = settings.absoluteDiscount ? settings.lambda : settings.discount * settings.lambda
        trace = try arena.vector(specification.parameterCount, holder: "score trace")
        total = settings.normalisesAdvantages
            ? try arena.vector(specification.parameterCount, holder: "score sum") : nil
    }

    mutating func clear() {
        total?.fill(0)
        sumOfAdvantages = 0
        sumOfSquares = 0
        clearSegment()
    }

    private mutating func clearSegment() {
        trace.fill(0)
        weightSum = 0
        squaredWeightSum = 0
        advantageSum = 0
    }

    /// Decays the trace; the caller then adds the new score to it, and calls `didAddScore`.
    mutating func decayTrace(kernels: KernelTable) {
        kernels.multiply(trace.count, Float(decay), trace.base)
        weightSum = decay * weightSum + 1
        squaredWeightSum = decay * decay * squaredWeightSum + 1
        advantageSum *= decay
    }

    /// Within a segment Σ_t ∇log π_t = (1 − decay) Σ_t e_t + decay · e_last: one sum instead of a second backward pass.
    func didAddScore(kernels: KernelTable) {
        guard let total else { return }
        kernels.addScaled(trace.count, Float(1 - decay), trace.base, total.base)
    }

    /// Adds what the temporal difference of the newest step (times γ^t, if the discount is absolute) does to the
    /// gradient.
    mutating func apply(difference: Double, to gradient: Vector, kernels: KernelTable) {
        kernels.addScaled(trace.count, Float(difference), trace.base, gradient.base)
        sumOfAdvantages += difference * weightSum
        sumOfSquares += 2 * difference * advantageSum + difference * difference * squaredWeightSum
        advantageSum += difference * squaredWeightSum
    }

    /// Ends a segment: what comes next has nothing to do with the scores so far.
    mutating func endSegment(kernels: KernelTable) {
        completeTotal(1, kernels: kernels)
        clearSegment()
    }

    /// Adds `sign` times what the sum of scores still lacks of the scores of this segment.
    func completeTotal(_ sign: Float, kernels: KernelTable) {
        if let total { kernels.addScaled(trace.count, sign * Float(decay), trace.base, total.base) }
    }

    /// Normalises the gradient's advantages, if asked to; returns their mean and standard deviation before.
    func finish(steps: Int, gradient: Vector, kernels: KernelTable) -> (mean: Double, deviation: Double) {
        let mean = sumOfAdvantages / Double(steps)
        let deviation = max(0, sumOfSquares / Double(steps) - mean * mean).squareRoot()
        if let total {
            kernels.addScaled(total.count, Float(-mean), total.base, gradient.base)
            kernels.multiply(total.count, Float(1 / (deviation + 1e-8)), gradient.base)
        }
        return (mean, deviation)
    }
}
