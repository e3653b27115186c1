import Bounded

/// The steps of one batch, as the batch estimators keep them.
///
/// It is a handle on an arena's memory: a copy shares the numbers, but not `count` and `finalCount`.
struct Trajectory: BitwiseCopyable {
    /// What is remembered of a step beside its numbers.
    struct Marks: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        /// Nothing comes after this step.
        static let terminated = Marks(rawValue: 1)
        /// The last step of an episode, or of the batch.
        static let segmentEnd = Marks(rawValue: 2)
        /// What came after it is kept among the final observations.
        static let hasFinal = Marks(rawValue: 4)
    }

    let observationCount: Int
    /// Padded row of an observation.
    let stride: Int
    let actionStride: Int
    private let finalCapacity: Int
    /// `[step][stride]`.
    let observations: UnsafeMutablePointer<Float>
    /// `[step][actionStride]`.
    let actions: UnsafeMutablePointer<Float>
    let rewards: UnsafeMutablePointer<Float>
    /// Steps since the episode began.
    let times: UnsafeMutablePointer<Int32>
    let marks: UnsafeMutablePointer<Marks>
    /// `[final][stride]`: what came after the truncated segments, in order.
    let finals: UnsafeMutablePointer<Float>
    /// The baseline's value of each step, and of each final observation.
    let values: UnsafeMutablePointer<Float>
    let finalValues: UnsafeMutablePointer<Float>
    /// What the baseline is fitted to.
    let returns: UnsafeMutablePointer<Float>
    /// What multiplies each step's score.
    let advantages: UnsafeMutablePointer<Float>
    private(set) var count = 0
    private(set) var finalCount = 0

    init(
        _ specification: PolicySpecification, steps: Int, finalCapacity: Int, arena: inout Arena
    ) throws(Arena.Refusal) {
        observationCount = specification.observationCount
        stride = NetworkShape.padded(observationCount)
        actionStride = specification.actionElementCount
        self.finalCapacity = finalCapacity
        observations = try arena.vector(steps * stride, holder: "trajectory observations").base
        finals = try arena.vector(finalCapacity * stride, holder: "trajectory observations").base
        actions = try arena.vector(steps * actionStride, holder: "trajectory actions").base
        rewards = try arena.vector(steps, holder: "trajectory rewards").base
        returns = try arena.vector(steps, holder: "trajectory returns").base
        values = try arena.vector(steps, holder: "trajectory returns").base
        finalValues = try arena.vector(finalCapacity, holder: "trajectory returns").base
        advantages = try arena.vector(steps, holder: "trajectory returns").base
        guard
            let times = try arena.reserve(Int32.self, count: steps, holder: "trajectory marks").baseAddress,
            let marks = try arena.reserve(Marks.self, count: steps, holder: "trajectory marks").baseAddress
        else { preconditionFailure("a reservation has memory") }
        self.times = times
        self.marks = marks
    }

    mutating func clear() {
        count = 0
        finalCount = 0
    }

    /// Adds a step; `final` is what came after it, if that has a value to be bootstrapped from.
    mutating func append(
        observation: Vector, action: Vector, reward: Float, time: Int, terminated: Bool, isSegmentEnd: Bool,
        final: Vector
    ) {
        (observations + count * stride).update(from: observation.base, count: observationCount)
        (actions + count * actionStride).update(from: action.base, count: actionStride)
        rewards[count] = reward
        times[count] = Int32(truncatingIfNeeded: time)
        var mark: Marks = terminated ? .terminated : []
        if isSegmentEnd { mark.insert(.segmentEnd) }
        if isSegmentEnd, !terminated, finalCount < finalCapacity {
            mark.insert(.hasFinal)
            (finals + finalCount * stride).update(from: final.base, count: observationCount)
            finalCount += 1
        }
        marks[count] = mark
        count += 1
    }
}
