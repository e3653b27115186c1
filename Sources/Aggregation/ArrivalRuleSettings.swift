/// What can be chosen about a server that steps along single gradients, without momentum and without lookahead.
public struct ArrivalRuleSettings: Equatable, Sendable {
    /// What an element of the step is divided by.
    public enum Scaling: UInt32, Sendable {
        /// Nothing.
        case plain = 0
        /// √(v + ε), with v the running mean of its squares, shared by all agents.
        case rmsProp = 1
    }

    /// The longest buffer: a larger one would make restarts forget more than they should keep.
    public static let maximumBuffer = 4_096

    /// The step size η, evaluated at the version that is stepped from.
    public var stepSize = Schedule.constant(0.02)
    /// What an element of the step is divided by.
    public var scaling = Scaling.plain
    /// Of `rmsProp`: what is kept of the mean square with every gradient.
    public var rmsPropDecay = 0.99
    /// Of `rmsProp`: ε, inside the root.
    public var rmsPropEpsilon = 0.1
    /// α of FedAsync: the share of the step that is taken of a fresh gradient.
    public var mixing = 1.0
    /// What a late gradient counts for.
    public var staleness = StalenessWeight.constant
    /// K of FedBuff: how many gradients make one step.
    public var bufferLength = 1
    /// What is done about long gradients.
    public var gradientNorm = GradientNormSettings()

    /// Plain ascent: one gradient, one step of η g.
    public init() {}

    /// A3C's server: every gradient is applied as it comes, whatever its delay, plainly or with shared RMSProp.
    ///
    /// **Source:** Mnih et al., "Asynchronous Methods for Deep Reinforcement Learning" (A3C, arXiv 1602.01783),
    /// section 4 and algorithm S3; the advantage and the entropy bonus are the agent's own affair.
    public static func a3c(
        stepSize: Schedule, scaling: Scaling, decay: Double = 0.99, epsilon: Double = 0.1,
        gradientNorm: GradientNormSettings = GradientNormSettings()
    ) -> ArrivalRuleSettings {
        var settings = ArrivalRuleSettings()
        settings.stepSize = stepSize
        settings.scaling = scaling
        settings.rmsPropDecay = decay
        settings.rmsPropEpsilon = epsilon
        settings.gradientNorm = gradientNorm
        return settings
    }

    /// FedAsync as gradients have it: θ ← θ + α s(δ) η g.
    ///
    /// Where g is an agent's local progress over K steps of size η_l, divided by K η_l, and η = K η_l, this is
    /// θ + α s(δ) (θ_local − θ_received): the published mixing θ + α s(δ) (θ_local − θ) as long as θ has not moved
    /// since, and otherwise without its pull back to where the agent began.
    ///
    /// **Source:** Xie, Koyejo, Gupta, "Asynchronous Federated Optimization" (FedAsync, arXiv 1903.03934), algorithm 1.
    /// α s(δ) is found anew for every arrival; code in circulation multiplies the stored α, which shrinks without end.
    public static func fedAsync(
        stepSize: Schedule, mixing: Double = 1, staleness: StalenessWeight,
        gradientNorm: GradientNormSettings = GradientNormSettings()
    ) -> ArrivalRuleSettings {
        var settings = ArrivalRuleSettings()
        settings.stepSize = stepSize
        settings.mixing = mixing
        settings.staleness = staleness
        settings.gradientNorm = gradientNorm
        return settings
    }

    /// FedBuff: θ ← θ + (η / K) Σ s(τ) g over K arrivals, with τ counted in steps.
    ///
    /// **Source:** Nguyen et al., "Federated Learning with Buffered Asynchronous Aggregation" (FedBuff,
    /// arXiv 2106.06639), algorithm 1, written as ascent. What a version is meanwhile is the decision record
    /// `BufferedArrivals`.
    public static func fedBuff(
        stepSize: Schedule, length: Int = 10, staleness: StalenessWeight = StalenessWeight(),
        gradientNorm: GradientNormSettings = GradientNormSettings()
    ) -> ArrivalRuleSettings {
        var settings = fedAsync(stepSize: stepSize, staleness: staleness, gradientNorm: gradientNorm)
        settings.bufferLength = length
        return settings
    }

    /// Whether every value is in its range. RMSProp and a buffer share one vector, so there is no rule with both.
    public var isUsable: Bool {
        stepSize.isUsable() && staleness.isUsable && gradientNorm.isUsable && mixing > 0 && mixing <= 1
            && rmsPropDecay >= 0 && rmsPropDecay < 1 && rmsPropEpsilon > 0 && rmsPropEpsilon.isFinite
            && (1...Self.maximumBuffer).contains(bufferLength) && (scaling == .plain || bufferLength == 1)
    }
}
