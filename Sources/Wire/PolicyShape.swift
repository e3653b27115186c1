/// The shape of a policy network: what must be equal for an agent and a gateway to train the same one.
public struct PolicyShape: Equatable, Sendable {
    /// From what an action is drawn.
    public var distribution: PolicyDistribution
    /// Elements of an observation.
    public var observationCount: Int
    /// Gaussian: dimensions of an action. Softmax: choices.
    public var actionCount: Int
    /// The tanh layers between observation and action.
    public var hiddenWidths: HiddenWidths

    public init(
        distribution: PolicyDistribution, observationCount: Int, actionCount: Int, hiddenWidths: HiddenWidths
    ) {
        self.distribution = distribution
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.hiddenWidths = hiddenWidths
    }

    /// The number of parameters in canonical order: a weight matrix and a bias for each layer, then, for a Gaussian
    /// policy, the log standard deviations.
    public var parameterCount: Int {
        var sum = 0
        var inputCount = observationCount
        for layer in 0..<hiddenWidths.count {
            sum += (inputCount + 1) * hiddenWidths[layer]
            inputCount = hiddenWidths[layer]
        }
        sum += (inputCount + 1) * actionCount
        return distribution == .gaussian ? sum + actionCount : sum
    }
}
