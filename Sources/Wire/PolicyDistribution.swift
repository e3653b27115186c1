/// From what an action is drawn; the raw values are those of `Distribution` on the wire.
public enum PolicyDistribution: UInt32, Sendable {
    /// Continuous actions: the network gives the mean, and each action has one log standard deviation.
    case gaussian = 1
    /// Discrete actions: the network gives a logit for each.
    case softmax = 2
}
