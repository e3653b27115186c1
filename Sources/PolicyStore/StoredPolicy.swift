/// One version of the policy, read from a store.
///
/// **Shape:** parameters in the order of the wire and of exports; the normaliser's vectors are empty without
/// observation normalisation.
public struct StoredPolicy: Equatable, Sendable {
    /// Which version it is.
    public var version: UInt64
    /// θ: what is evaluated, exported and deployed.
    public var theta: [Float]
    /// θ̃: what agents sampled with.
    public var lookahead: [Float]
    /// An observation is (o − mean) · scale.
    public var normaliserMean: [Float]
    /// See `normaliserMean`.
    public var normaliserScale: [Float]

    public init(
        version: UInt64, theta: [Float], lookahead: [Float], normaliserMean: [Float] = [],
        normaliserScale: [Float] = []
    ) {
        self.version = version
        self.theta = theta
        self.lookahead = lookahead
        self.normaliserMean = normaliserMean
        self.normaliserScale = normaliserScale
    }
}
