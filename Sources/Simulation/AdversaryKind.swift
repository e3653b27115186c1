/// What an adversary does with the gradients that its agent would have sent, or with the rewards that it sees.
///
/// `s` is the adversary's strength, `defaultStrength` unless told.
public enum AdversaryKind: String, CaseIterable, Sendable {
    /// −s g.
    ///
    /// **Source:** Fan et al., "Fault-Tolerant Federated Reinforcement Learning with Theoretical Guarantee" (FedPG-BR,
    /// arXiv 2110.14074), whose code has s = 2.5.
    case signFlip = "sign-flip"
    /// g + s (largest − smallest element of g) U, each element of U uniform in [−1, 1).
    ///
    /// **Source:** FedPG-BR's code, with s = 3.
    case noise
    /// Nothing at all, in full length.
    case zero
    /// A little is enough: the honest agents' mean − s standard deviations, element by element.
    ///
    /// **Source:** Baruch, Baruch, Goldberg, "A Little Is Enough: Circumventing Defenses For Distributed Learning"
    /// (ALIE, arXiv 1902.06156); s = 1.5 as the robustness libraries have it.
    case littleIsEnough = "alie"
    /// Inner product manipulation: −s times the honest agents' mean.
    ///
    /// **Source:** Xie, Koyejo, Gupta, "Fall of Empires: Breaking Byzantine-tolerant SGD by Inner Product Manipulation"
    /// (IPM, arXiv 1903.03936).
    case innerProduct = "ipm"
    /// The gradient of one honest agent, which so counts for two or more.
    ///
    /// **Source:** Karimireddy, He, Jaggi, "Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing" (arXiv
    /// 2006.09365); it always copies the first one, and does not look for the one that hurts most.
    case mimic
    /// The first gradient that it computed, again and again, each time as a new one.
    case replay
    /// One element, at a random place, is no number.
    case notANumber = "nan"
    /// One element, at a random place, is infinite.
    case infinity
    /// Its rewards are multiplied with −s before it learns from them; what it then sends is left alone.
    ///
    /// **Source:** FedPG-BR's code, with s = 1.
    case rewardFlip = "reward-flip"

    /// The strength of an adversary that is told none: that of the source.
    public var defaultStrength: Float {
        switch self {
        case .signFlip: 2.5
        case .noise: 3
        case .littleIsEnough: 1.5
        case .innerProduct: 2
        case .zero, .mimic, .replay, .notANumber, .infinity, .rewardFlip: 1
        }
    }

    /// Whether it has to be shown what honest agents sent.
    public var seesHonestGradients: Bool {
        self == .littleIsEnough || self == .innerProduct || self == .mimic
    }
}
