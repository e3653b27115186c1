/// A policy in somebody else's memory, as the gateway's core holds it; valid during the call that it is handed to.
public struct PolicyView {
    /// θ.
    public var theta: UnsafeBufferPointer<Double>
    /// θ̃, as agents get it.
    public var lookahead: UnsafeBufferPointer<Float>
    /// Empty without observation normalisation; so is `normaliserScale`.
    public var normaliserMean: UnsafeBufferPointer<Float>
    /// What observations are then scaled by.
    public var normaliserScale: UnsafeBufferPointer<Float>

    public init(
        theta: UnsafeBufferPointer<Double>, lookahead: UnsafeBufferPointer<Float>,
        normaliserMean: UnsafeBufferPointer<Float>, normaliserScale: UnsafeBufferPointer<Float>
    ) {
        self.theta = theta
        self.lookahead = lookahead
        self.normaliserMean = normaliserMean
        self.normaliserScale = normaliserScale
    }
}
