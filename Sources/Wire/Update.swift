/// A gradient for the gateway to apply.
public struct Update: Sendable {
    /// What was sampled.
    public var report: Report
    /// The policy gradient, in canonical order, to be followed upwards.
    public var gradient: PackedVector
    /// Whether `gradient` is the difference from the mirror, to be added to it, rather than the gradient itself.
    public var isInnovation = false
    /// Parameters or a gradient of a critic that the gateway merges; nil in protocol version 1.
    public var critic: PackedVector?

    public init(report: Report, gradient: PackedVector, critic: PackedVector? = nil) {
        self.report = report
        self.gradient = gradient
        self.critic = critic
    }
}
