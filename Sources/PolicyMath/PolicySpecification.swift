/// The shape of a federation's shared policy: a network with tanh hidden layers and a linear output.
///
/// **Shape:** the parameters are one flat vector, the same on the wire, in the store and in exports: for each layer in
/// order its weight matrix row by row (`[output][input]`), then its bias; a Gaussian policy ends with its log standard
/// deviations, one an action.
public struct PolicySpecification: Equatable, Sendable, BitwiseCopyable {
    /// The most units of a layer, observations, and actions.
    public static let maximumWidth = 65_536

    /// What actions are drawn from.
    public var distribution: ActionDistribution
    /// Numbers in an observation.
    public var observationCount: Int
    /// Gaussian: dimensions of an action; softmax: choices.
    public var actionCount: Int
    /// The tanh layers.
    public var hiddenWidths: LayerWidths
    /// Gaussian: the log standard deviation is clamped to at least this.
    public var logStdMinimum: Float
    /// Gaussian: the log standard deviation is clamped to at most this.
    public var logStdMaximum: Float
    /// Whether observations are shifted and scaled before the network sees them.
    public var normalisesObservations: Bool

    public init(
        distribution: ActionDistribution, observationCount: Int, actionCount: Int,
        hiddenWidths: LayerWidths = LayerWidths(64, 64), logStdMinimum: Float = -2.5, logStdMaximum: Float = 2,
        normalisesObservations: Bool = false
    ) {
        self.distribution = distribution
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.hiddenWidths = hiddenWidths
        self.logStdMinimum = logStdMinimum
        self.logStdMaximum = logStdMaximum
        self.normalisesObservations = normalisesObservations
    }

    /// Whether every number is in range, so that a network can be built; check it before anything that came from
    /// outside.
    public var isValid: Bool {
        (1...Self.maximumWidth).contains(observationCount) && (1...Self.maximumWidth).contains(actionCount)
            && logStdMinimum.isFinite && logStdMaximum.isFinite && logStdMinimum <= logStdMaximum
    }

    /// The network's layers, the output included.
    public var layerCount: Int { hiddenWidths.count + 1 }

    /// How many numbers describe the policy.
    public var parameterCount: Int {
        precondition(isValid, "a policy specification out of range")
        return NetworkShape(self).parameterCount + logStdCount
    }

    /// How many numbers an action takes in memory: a softmax action is one index.
    public var actionElementCount: Int { distribution == .gaussian ? actionCount : 1 }

    var logStdCount: Int { distribution == .gaussian ? actionCount : 0 }
}
