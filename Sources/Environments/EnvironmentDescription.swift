import Bounded
import CEnvironment

/// What a task looks like from outside: shape, ranges and limits.
public struct EnvironmentDescription: Sendable, BitwiseCopyable {
    /// The most numbers in an action, and the most actions to choose from.
    public static let actionCountMaximum = Int(LAPWING_ENVIRONMENT_ACTIONS_MAXIMUM)
    /// The most numbers in an observation or a state.
    public static let numbersMaximum = Int(LAPWING_ENVIRONMENT_NUMBERS_MAXIMUM)

    /// The task's name, such as `half-cheetah`.
    public var name: FixedText
    /// Numbers in an observation.
    public var observationCount: Int
    /// Numbers in an action; for a discrete task, how many actions there are.
    public var actionCount: Int
    /// Whether an action is an index (one number) rather than `actionCount` numbers.
    public var isDiscrete: Bool
    /// Steps after which an episode is truncated; 0: never.
    public var stepLimit: Int
    /// The mean return at which the task counts as solved; NaN when Gymnasium registers none.
    public var rewardThreshold: Double
    /// Numbers in a state as `setState` takes it; 0 when the task cannot be put into a state.
    public var stateCount: Int

    // Seen by inlined code, which reads one number where a call would copy the whole description.
    @usableFromInline var lows: InlineArray<64, Double> = .init(repeating: 0)
    @usableFromInline var highs: InlineArray<64, Double> = .init(repeating: 0)

    /// A task whose actions, if they are numbers, all have the range `-actionBound ... actionBound`.
    @inline(never)
    public init(
        name: FixedText, observationCount: Int, actionCount: Int, isDiscrete: Bool = false, actionBound: Double = 1,
        stepLimit: Int, rewardThreshold: Double = .nan, stateCount: Int
    ) {
        precondition(actionCount <= Self.actionCountMaximum, "more actions than a description can hold")
        self.name = name
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.isDiscrete = isDiscrete
        self.stepLimit = stepLimit
        self.rewardThreshold = rewardThreshold
        self.stateCount = stateCount
        if !isDiscrete {
            for index in 0..<actionCount { setActionRange(index, low: -actionBound, high: actionBound) }
        }
    }

    /// Numbers that `step` takes: 1 for a discrete task, `actionCount` otherwise.
    public var actionNumbers: Int { isDiscrete ? 1 : actionCount }

    /// The least value of an action's `index`-th number; 0 for a discrete task.
    @inlinable public func actionLow(_ index: Int) -> Double { lows[index] }

    /// The greatest value of an action's `index`-th number; 0 for a discrete task.
    @inlinable public func actionHigh(_ index: Int) -> Double { highs[index] }

    mutating func setActionRange(_ index: Int, low: Double, high: Double) {
        lows[index] = low
        highs[index] = high
    }
}
