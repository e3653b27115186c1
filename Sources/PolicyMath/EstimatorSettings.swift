/// How an agent turns what it sampled into a policy gradient.
public struct EstimatorSettings: Equatable, Sendable, BitwiseCopyable {
    /// What multiplies the score of an action.
    public enum Estimator: UInt8, Equatable, Sendable, BitwiseCopyable {
        /// The discounted rewards from the action on, less the baseline.
        case rewardToGo
        /// Generalised advantage estimation (Schulman et al. 2016).
        case gae
        /// GPOMDP (or GAE, with `lambda` below 1) accumulated while sampling, with no trajectory buffer.
        ///
        /// The baseline is the one fitted to the batch before, since this batch's is known only at its end.
        case streaming
    }

    /// What is subtracted from the returns.
    public enum Baseline: UInt8, Equatable, Sendable, BitwiseCopyable {
        /// Nothing.
        case none
        /// A cubic in the time within the episode.
        case time
        /// Linear in the observation, its squares, and a cubic in time (Duan et al. 2016, as in rllab).
        case linear
        /// A small network trained on the device.
        case critic
    }

    /// Which direction is sent.
    public enum Direction: UInt8, Equatable, Sendable, BitwiseCopyable {
        /// The policy gradient itself.
        case plain
        /// The natural gradient of the local batch.
        case natural
        /// This agent's part of a natural gradient that the whole federation agrees on.
        case consensus
    }

    /// What multiplies the score of an action.
    public var estimator: Estimator
    /// γ.
    public var discount: Double
    /// λ of GAE; `rewardToGo` does not use it.
    public var lambda: Double
    /// Weighs the action at time t of its episode by γ^t as well: the literal Σ γ^h r_h of Lan et al., AFedPG, eq. (6).
    public var absoluteDiscount: Bool
    /// What is subtracted from the returns.
    public var baseline: Baseline
    /// Shifts and scales the advantages of a batch to mean 0 and standard deviation 1.
    public var normalisesAdvantages: Bool
    /// Which direction is sent.
    public var direction: Direction
    /// Used when the direction is natural.
    public var natural: NaturalGradientSettings
    /// Used when the baseline is a critic.
    public var critic: CriticSettings
    /// Weight of the mean entropy's gradient.
    public var entropyCoefficient: Float
    /// Added to the baseline's normal equations, a sample.
    public var ridge: Double
    /// The most truncated episodes of a batch whose final observation is kept; the value of a further one is
    /// bootstrapped from its last observation but one.
    public var truncationsMaximum: Int
    /// Parts of a batch that the variance of its gradient is estimated from, at least 2; 0: it is not.
    public var noiseChunks = 0
    /// Whether a batch's gradient is taken at the remembered parameters too, for the rule LASG-WK2.
    public var reevaluates = false
    /// The largest importance weight of a step in that.
    public var importanceLimit: Float = 2

    public init(
        estimator: Estimator = .rewardToGo, discount: Double = 0.999, lambda: Double = 1,
        absoluteDiscount: Bool = false, baseline: Baseline = .linear, normalisesAdvantages: Bool = true,
        direction: Direction = .plain, natural: NaturalGradientSettings = NaturalGradientSettings(),
        critic: CriticSettings = CriticSettings(), entropyCoefficient: Float = 0, ridge: Double = 1e-5,
        truncationsMaximum: Int = 64
    ) {
        self.estimator = estimator
        self.discount = discount
        self.lambda = lambda
        self.absoluteDiscount = absoluteDiscount
        self.baseline = baseline
        self.normalisesAdvantages = normalisesAdvantages
        self.direction = direction
        self.natural = natural
        self.critic = critic
        self.entropyCoefficient = entropyCoefficient
        self.ridge = ridge
        self.truncationsMaximum = truncationsMaximum
    }

    /// Why these settings cannot be used together, with the remedy; nil when they can.
    public var conflict: StaticString? {
        guard discount > 0, discount <= 1 else { return "discount must be above 0 and at most 1" }
        guard lambda >= 0, lambda <= 1 else { return "lambda must be from 0 to 1" }
        if estimator == .streaming, baseline == .critic {
            return "a critic is trained on stored samples: use the estimator reward-to-go or gae, or another baseline"
        }
        if estimator == .streaming, reevaluates {
            return "skip_rule lasg-wk2 needs stored samples: use the estimator reward-to-go or gae, or another rule"
        }
        if direction == .consensus, noiseChunks > 0 || reevaluates {
            return "a gate compares gradients, and direction = consensus sends none: set skip_rule = none"
        }
        if critic.isShared, baseline != .critic {
            return "critic_shared needs a critic: set baseline = critic, or critic_shared = false"
        }
        guard ridge > 0, ridge.isFinite else { return "ridge must be positive" }
        guard truncationsMaximum >= 1 else { return "truncations_maximum must be at least 1" }
        guard entropyCoefficient.isFinite else { return "entropy_coefficient must be a number" }
        return natural.conflict ?? critic.conflict
    }
}
