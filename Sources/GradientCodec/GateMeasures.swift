/// What the inequality of a gate is made of, for one gradient.
///
/// Squared Euclidean norms, all in double precision. With u the vector that would be sent, m the mirror and m′ what the
/// mirror would become:
public struct GateMeasures: Equatable, Sendable {
    /// ‖u‖².
    public var candidateSquare = 0.0
    /// ‖u − m‖²; for LAQ ‖m′ − m‖².
    public var distanceSquare = 0.0
    /// LAQ: ‖m′ − u‖², what packing loses.
    public var packingErrorSquare = 0.0
    /// LASG-WK2: the squared distance of the batch's gradients at the present and at the last uploaded parameters; nil
    /// when those are not known.
    public var movedSquare: Double?
    /// R: what the gateway sent with the policy that the batch was sampled with.
    public var reference = 0.0
    /// v̂: the estimated variance of u, as a squared norm.
    public var variance = 0.0

    /// All zero.
    public init() {}

    /// What is known before the vector is compared with the mirror.
    public init(reference: Double, variance: Double, movedSquare: Double? = nil) {
        self.reference = reference
        self.variance = variance
        self.movedSquare = movedSquare
    }
}
