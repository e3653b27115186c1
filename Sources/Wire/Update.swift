/// A gradient for the gateway to apply.
public struct Update: Sendable {
    /// What was sampled.
    public var report: Report
    /// The policy gradient, in canonical order, to be followed upwards.
    public var gradient: PackedVector
    /// Whether `gradient` is the difference from the mirror, to be added to it, rather than the gradient itself.
    public var isInnovation = false
    /// How the shared critic's parameters changed while it was trained; nil when the agent shares none.
    public var critic: PackedVector?
    /// The values that it was trained towards; only with a critic.
    public var criticTargets: TargetStatistics?

    public init(report: Report, gradient: PackedVector, critic: PackedVector? = nil) {
        self.report = report
        self.gradient = gradient
        self.critic = critic
    }
}
