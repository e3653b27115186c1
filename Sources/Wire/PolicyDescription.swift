/// What an agent must know about the shared policy to sample with it; every agent of a federation has the same.
public struct PolicyDescription: Equatable, Sendable {
    /// The network and the distribution.
    public var shape: PolicyShape
    /// Gaussian: the log standard deviation is clamped to this range, in nats. Softmax: both zero.
    public var logStdMinimum: Float
    /// The upper end of that range.
    public var logStdMaximum: Float
    /// Whether observations are shifted and scaled with the normaliser of each policy version.
    public var normalisesObservations: Bool

    public init(shape: PolicyShape, logStdMinimum: Float, logStdMaximum: Float, normalisesObservations: Bool) {
        self.shape = shape
        self.logStdMinimum = logStdMinimum
        self.logStdMaximum = logStdMaximum
        self.normalisesObservations = normalisesObservations
    }
}
