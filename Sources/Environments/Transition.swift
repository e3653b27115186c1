/// What one step gave beside the observation, with Gymnasium's meaning.
public struct Transition: Equatable, Sendable, BitwiseCopyable {
    /// What the step was worth.
    public var reward: Double
    /// The task itself ended: nothing of value can follow.
    public var terminated: Bool
    /// Somebody stopped watching, by default at the step limit: the state that was reached is worth what it is worth.
    public var truncated: Bool

    public init(reward: Double, terminated: Bool = false, truncated: Bool = false) {
        self.reward = reward
        self.terminated = terminated
        self.truncated = truncated
    }

    /// Whether the episode is over, for either reason.
    public var ended: Bool { terminated || truncated }
}
