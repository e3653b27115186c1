/// The undiscounted returns of the episodes that ended while one update was sampled.
public struct ReturnStatistics: Equatable, Sendable, BitwiseCopyable {
    /// How many episodes ended; with none, all else is zero.
    public var episodes: UInt32 = 0
    /// The mean of the returns.
    public var mean: Double = 0
    /// The sum of squared deviations of the returns from their mean.
    public var squaredDeviations: Double = 0
    /// The smallest return.
    public var minimum: Float = 0
    /// The largest return.
    public var maximum: Float = 0
    /// The mean length of an episode, in environment steps.
    public var meanSteps: Double = 0

    public init() {}
}
