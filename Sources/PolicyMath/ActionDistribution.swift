/// The family of distributions that a policy draws actions from; the raw values are those of the wire.
public enum ActionDistribution: UInt32, Equatable, Sendable, BitwiseCopyable {
    /// Continuous actions: a mean from the network and one log standard deviation an action, whatever the observation.
    case gaussian = 1
    /// Discrete actions: one logit a choice from the network.
    case softmax = 2
}
