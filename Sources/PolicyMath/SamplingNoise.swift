import Bounded

/// Estimates the variance of a batch's gradient from parts of the batch.
///
/// The batch is cut into n chunks of equal length; g_c is the gradient of a chunk, scaled so that the batch's is their
/// mean ḡ. For the plain direction
///
///     v̂ = 1/(n(n − 1)) Σ_c ‖g_c − ḡ‖² = 1/(n − 1) (1/n Σ_c ‖g_c‖² − ‖ḡ‖²).
///
/// The natural direction is not a sum over steps. There z = 1/n Σ_c s_c g_c is turned in the gradient's place, with
/// random signs of which half are negative, so that the mean drops out. Over the signs, E s_c s_c′ = −1/(n − 1) for
/// c ≠ c′, hence
///
///     E‖z‖² = 1/n² (Σ‖g_c‖² − 1/(n − 1) Σ_{c≠c′} g_c · g_c′) = 1/(n(n − 1)) (Σ‖g_c‖² − n‖ḡ‖²) = v̂,
///
/// and as F⁻¹ is linear, ‖F⁻¹z‖² is the same for the natural gradient; z is scaled as the direction is, and what noise
/// does to that scale is left out.
///
/// Chunks count as independent: episodes much longer than a chunk make v̂ too small. The streaming form cuts the sum
/// over temporal differences, the others the sum over scores. The gradient of a softmax policy's entropy is left out in
/// the streaming form.
///
/// **Memory:** one vector of parameters; in the streaming form with normalised advantages, two.
/// **Source:** the usual variance of a mean, from batch means.
struct SamplingNoise {
    /// Plain: the sum where the chunk began. Natural: z.
    let first: Vector
    /// The same for the sum of scores, which the mean advantage multiplies in the end.
    private let second: Vector?
    private let isNatural: Bool
    private let batchSteps: Int
    private let kernels: KernelTable
    /// The chunks wanted.
    var chunksWanted: Int
    private var chunks = 1
    private var chunk = 0
    private var sign: Float = 0
    private var positivesLeft = 0
    /// Plain: Σ‖a_c‖², Σ a_c · b_c, Σ‖b_c‖² with a_c a chunk's part of the gradient's sum, b_c of the scores'.
    private var squares = (0.0, 0.0, 0.0)
    private var plainVariance = 0.0
    private var generator: RandomGenerator

    init(
        _ specification: PolicySpecification, settings: EstimatorSettings, batchSteps: Int, seed: UInt64,
        kernels: KernelTable, arena: inout Arena
    ) throws(Arena.Refusal) {
        let holder: StaticString = "gradient variance"
        first = try arena.vector(specification.parameterCount, holder: holder)
        second = settings.estimator == .streaming && settings.normalisesAdvantages
            ? try arena.vector(specification.parameterCount, holder: holder) : nil
        isNatural = settings.direction == .natural
        self.batchSteps = batchSteps
        self.kernels = kernels
        chunksWanted = settings.noiseChunks
        generator = RandomGenerator(seed: seed, stream: 0x6e6f_6973)
    }

    /// The first step behind the present chunk.
    var chunkEnd: Int { (chunk + 1) * batchSteps / chunks }

    /// v̂; for the natural direction, once `first` has been turned.
    var variance: Double {
        isNatural ? Double(kernels.dotProduct(first.count, first.base, first.base)) : plainVariance
    }

    /// Begins a batch.
    mutating func begin() {
        chunks = max(1, min(chunksWanted, batchSteps))
        if isNatural, chunks > 1 { chunks &= ~1 }
        chunk = 0
        positivesLeft = chunks / 2
        squares = (0, 0, 0)
        plainVariance = 0
        first.fill(0)
        second?.fill(0)
        sign = drawSign()
    }

    /// Each way of giving half of the chunks a plus is as likely as the others; a single chunk has no sign.
    private mutating func drawSign() -> Float {
        guard chunk < chunks, chunks > 1 else { return 0 }
        guard generator.below(chunks - chunk) < positivesLeft else { return -1 }
        positivesLeft -= 1
        return 1
    }

    /// Ends the present chunk; `sum` is the gradient's sum since the batch began, `scores` that of the scores.
    mutating func close(_ sum: Vector, _ scores: Vector?) {
        chunk += 1
        let before = sign
        sign = drawSign()
        let count = sum.count
        if isNatural {
            // Σ_c s_c (sum_{c+1} − sum_c), summed by parts.
            kernels.addScaled(count, before - sign, sum.base, first.base)
            if let second, let scores { kernels.addScaled(count, before - sign, scores.base, second.base) }
            return
        }
        kernels.scaleThenAdd(count, -1, sum.base, first.base)
        squares.0 += Double(kernels.dotProduct(count, first.base, first.base))
        if let second, let scores {
            kernels.scaleThenAdd(count, -1, scores.base, second.base)
            squares.1 += Double(kernels.dotProduct(count, first.base, second.base))
            squares.2 += Double(kernels.dotProduct(count, second.base, second.base))
            second.copy(from: scores)
        }
        first.copy(from: sum)
    }

    /// Ends the batch: every advantage was shifted by `mean` and divided by `deviation` after all, and `gradient`, ḡ,
    /// is the sum divided by the steps.
    mutating func finish(_ gradient: Vector, mean: Float = 0, deviation: Float = 1) {
        let scale = 1 / (Float(batchSteps) * deviation)
        guard !isNatural else {
            if let second { kernels.addScaled(second.count, -mean, second.base, first.base) }
            return kernels.multiply(first.count, scale, first.base)
        }
        guard chunks > 1 else { return }
        let shift = Double(mean)
        let sum = squares.0 - 2 * shift * squares.1 + shift * shift * squares.2
        let square = Double(kernels.dotProduct(gradient.count, gradient.base, gradient.base))
        plainVariance = max(0, Double(chunks) * Double(scale) * Double(scale) * sum - square) / Double(chunks - 1)
    }
}
