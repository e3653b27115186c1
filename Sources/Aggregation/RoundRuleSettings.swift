/// What can be chosen about a server of synchronous rounds.
public struct RoundRuleSettings: Equatable, Sendable {
    /// Whether a round's gradients are averaged (one objective, sampled by many) or summed (an objective that is the
    /// sum of private ones).
    public var averages: Bool
    /// The step that is taken with a round's gradient; its clip and limit apply to each learner's gradient instead.
    public var step: AFedPGSettings

    public init(averages: Bool, step: AFedPGSettings) {
        self.averages = averages
        self.step = step
    }

    /// LAPG, and distributed policy gradient: θ moves by `stepSize` times the sum, with neither momentum nor
    /// normalisation.
    ///
    /// **Source:** Chen, Zhang, Giannakis, Başar, "Communication-Efficient Policy Gradient Methods for Distributed
    /// Reinforcement Learning" (LAPG, arXiv 1812.03239), algorithm 2 and (12), written as ascent.
    public static func lapg(stepSize: Schedule, gradientNorm: GradientNormSettings) -> RoundRuleSettings {
        var step = AFedPGSettings()
        step.stepSize = stepSize
        step.momentum = .constant(1)
        step.normalisesDirection = false
        step.usesLookahead = false
        step.gradientNorm = gradientNorm
        return RoundRuleSettings(averages: false, step: step)
    }

    /// FedPG: the mean of a round goes into AFedPG's step, which then knows no delay.
    ///
    /// **Source:** the synchronous baseline of Lan et al., "Asynchronous Federated Reinforcement Learning with Policy
    /// Gradient Updates" (AFedPG, arXiv 2404.08003).
    public static func fedpg(_ step: AFedPGSettings) -> RoundRuleSettings {
        RoundRuleSettings(averages: true, step: step)
    }

    /// Whether every value is in its range.
    public var isUsable: Bool { step.isUsable }
}
