/// What can be chosen about how the gradients of a round become one.
///
/// Before they are combined, the gradients can be prepared, in this order: `clipsLargest`, then `bucketSize`, then
/// `mixesNearest`.
public struct RobustSettings: Equatable, Sendable {
    /// The rule.
    public var combination = RobustCombination.mean
    /// f: how many of the gradients may be wrong.
    public var adversariesMaximum = 0
    /// m of Multi-Krum: the mean of how many; 0: n − f.
    public var krumSelected = 0
    /// How often Weiszfeld's iteration is repeated.
    public var weiszfeldIterations = 8
    /// ν of Weiszfeld's iteration: a gradient that is nearer counts as this far away.
    public var weiszfeldSmoothing = 1e-6
    /// τ of centred clipping; 0: the median of the distances.
    public var clippingRadius = 0.0
    /// L of centred clipping: how often it is repeated.
    public var clippingIterations = 1
    /// σ of FedPG-BR: how far an honest gradient of one trajectory is from the true one, at most.
    public var filterDeviation = 0.06
    /// δ of FedPG-BR: how likely its radius may be too small.
    public var filterFailure = 0.6
    /// B of FedPG-BR: trajectories behind a gradient.
    public var filterTrajectories = 16
    /// s of bucketing: gradients are put into random groups of this many, and each group counts as its mean; 1: none.
    ///
    /// **Source:** Karimireddy, He, Jaggi, "Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing" (arXiv
    /// 2006.09365), algorithm 1.
    public var bucketSize = 1
    /// Whether each gradient is replaced by the mean of its n − f nearest ones, itself included (NNM); of two equally
    /// near, the first.
    ///
    /// **Source:** Allouah, Farhadkhani, Guerraoui, Gupta, Pinot, Stephan, "Fixing by Mixing: A Recipe for Optimal
    /// Byzantine ML under Heterogeneity" (arXiv 2302.01772).
    public var mixesNearest = false
    /// Whether the ⌊2 (f/n) (n − f)⌋ longest gradients are shortened to the length of the next (ARC).
    ///
    /// **Source:** Allouah, Guerraoui, Gupta, Jellouli, Rizk, Stephan, "Adaptive Gradient Clipping for Robust Federated
    /// Learning" (arXiv 2405.14432).
    public var clipsLargest = false

    /// The mean, as it is.
    public init() {}

    /// Whether gradients have to be kept until the round closes; the mean adds them up as they come.
    public var keepsGradients: Bool {
        combination != .mean || bucketSize > 1 || mixesNearest || clipsLargest
    }

    /// Whether every value is in its range.
    public var isUsable: Bool {
        adversariesMaximum >= 0 && adversariesMaximum <= Self.adversariesLimit && krumSelected >= 0
            && weiszfeldIterations >= 1 && weiszfeldSmoothing > 0 && weiszfeldSmoothing.isFinite
            && clippingRadius >= 0 && clippingRadius.isFinite && clippingIterations >= 1
            && filterDeviation > 0 && filterDeviation.isFinite && filterFailure > 0 && filterFailure <= 1
            && filterTrajectories >= 1 && bucketSize >= 1
    }

    /// The most adversaries that can be configured.
    public static let adversariesLimit = 65_536

    /// How many gradients a round needs at least, so that `adversaries` of them can be told from the others.
    public func gradientsNeeded(adversaries: Int) -> Int {
        let vectors =
            switch combination {
            case .mean: mixesNearest || clipsLargest ? 2 * adversaries + 1 : 1
            case .median, .trimmedMean, .meanAroundMedian, .geometricMedian, .centredClipping, .fedpgbr:
                2 * adversaries + 1
            case .krum, .multiKrum: 2 * adversaries + 3
            }
        // n gradients make ⌈n/s⌉ groups.
        return (vectors - 1) * bucketSize + 1
    }
}
