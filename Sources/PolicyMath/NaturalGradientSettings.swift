/// How the natural gradient is solved for: conjugate gradients on Fisher-vector products of the local batch.
public struct NaturalGradientSettings: Equatable, Sendable, BitwiseCopyable {
    /// Conjugate-gradient iterations.
    public var iterations: Int
    /// Added to the Fisher matrix's diagonal.
    public var damping: Float
    /// Every so-manieth sample of the batch enters the Fisher matrix.
    public var sampleStride: Int
    /// Whether the direction is scaled to unit length in the damped Fisher metric.
    public var scalesToUnitNorm: Bool

    public init(iterations: Int = 10, damping: Float = 0.1, sampleStride: Int = 2, scalesToUnitNorm: Bool = true) {
        self.iterations = iterations
        self.damping = damping
        self.sampleStride = sampleStride
        self.scalesToUnitNorm = scalesToUnitNorm
    }

    var conflict: StaticString? {
        guard (1...1000).contains(iterations) else { return "natural_iterations must be from 1 to 1000" }
        guard damping > 0, damping.isFinite else { return "natural_damping must be positive" }
        guard sampleStride >= 1 else { return "natural_sample_stride must be at least 1" }
        return nil
    }
}
