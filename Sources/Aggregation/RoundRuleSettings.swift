/// What can be chosen about a server of synchronous rounds.
public struct RoundRuleSettings: Equatable, Sendable {
    /// Whether a round's gradients are averaged (one objective, sampled by many) or summed (an objective that is the
    /// sum of private ones).
    public var averages: Bool
    /// The step that is taken with a round's gradient; its clip and limit apply to each learner's gradient instead.
    public var step: AFedPGSettings
    /// How the gradients of a round become one; anything but their plain mean only where they are averaged.
    public var robust = RobustSettings()
    /// The most gradients in a round; robust combinations keep them all.
    public var learnersMaximum = 64

    /// When a round is over.
    public var gathering = RoundGathering.everyLearner
    /// Gradients in the first round, from which the momentum starts (M_init); 0: as many as in every other.
    public var batchesInitial: UInt64 = 0

    /// What agents agree on before each step; nil: they send gradients.
    public var consensus: ConsensusSettings?

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

    /// The same with a robust combination in the place of the mean.
    ///
    /// **Source:** a robust rule before a step with normalised momentum is the server of Ganesh, Chen, Thoppe,
    /// Aggarwal, "Global Convergence Guarantees for Federated Policy Gradient Methods with Adversaries" (Res-NHARPG,
    /// arXiv 2403.09940); their workers keep the momentum, here the server does.
    public static func fedpg(
        _ step: AFedPGSettings, robust: RobustSettings, learnersMaximum: Int
    ) -> RoundRuleSettings {
        var settings = RoundRuleSettings(averages: true, step: step)
        settings.robust = robust
        settings.learnersMaximum = learnersMaximum
        return settings
    }

    /// Rennala NIGT and Malenia NIGT: learners go on at one version until there are enough gradients, and the mean goes
    /// into AFedPG's step, which knows no delay.
    ///
    /// d₀ is the mean of a first round of `batchesInitial` gradients at θ₀, and the first step goes along it.
    /// **Source:** Tyurin, Spiridonov, Rudenko (arXiv 2509.24305), algorithms 1 to 3; its η is AFedPG's α.
    public static func collecting(
        _ gathering: RoundGathering, batchesInitial: UInt64 = 0, step: AFedPGSettings
    ) -> RoundRuleSettings {
        var settings = RoundRuleSettings(averages: true, step: step)
        settings.step.momentumStart = .firstGradient
        settings.gathering = gathering
        settings.batchesInitial = batchesInitial
        return settings
    }

    /// FedNPG-ADMM: the mean of a round is y, which the agents agree on; θ moves along every `rounds`-th.
    ///
    /// There is no momentum: each agent's solution is drawn to the y before it, by ρ.
    /// **Source:** Lan, Wang, Anderson, Brinton, Aggarwal, "Improved Communication Efficiency in Federated Natural
    /// Policy Gradient via ADMM-based Gradient Updates" (FedNPG-ADMM, arXiv 2310.19807). `FedNPGADMM` records the rest.
    public static func fednpgADMM(
        _ consensus: ConsensusSettings, stepSize: Schedule, normalises: Bool, gradientNorm: GradientNormSettings
    ) -> RoundRuleSettings {
        var settings = RoundRuleSettings.lapg(stepSize: stepSize, gradientNorm: gradientNorm)
        settings.averages = true
        settings.step.normalisesDirection = normalises
        settings.consensus = consensus
        return settings
    }

    /// What round number `round`, from 0, needs.
    public func gathering(inRound round: UInt64) -> RoundGathering {
        round == 0 && batchesInitial > 0 ? gathering.needing(batchesInitial) : gathering
    }

    /// Whether every value is in its range.
    public var isUsable: Bool {
        let gatheringIsUsable =
            gathering.isUsable && batchesInitial <= RoundGathering.batchesMaximum
            && (!gathering.collects || (averages && !robust.keepsGradients))
        if let consensus {
            let isWhole = averages && !gathering.collects && !robust.keepsGradients && step.gradientNorm.clip == .off
            guard consensus.isUsable, isWhole else { return false }
        }
        return step.isUsable && gatheringIsUsable && robust.isUsable && (averages || !robust.keepsGradients)
            && learnersMaximum >= 1
    }
}
