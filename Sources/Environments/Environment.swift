import Bounded

/// A built-in task: what an agent acts in, with Gymnasium's meaning of the words.
///
/// A task holds its state and nothing else. It counts no steps and draws no randomness of its own, so that the same
/// state and the same actions always give the same future. `EnvironmentInstance` adds the time limit, the seed and the
/// choice by name; a task of one's own goes into a plug-in (`lapwing/environment.h`).
///
/// **Memory:** plain values; no task allocates.
public protocol Environment: BitwiseCopyable, Sendable {
    /// Shape, ranges and limits. Computed; keep what it returns.
    static var description: EnvironmentDescription { get }

    /// The task in some state; `reset` or `setState` comes before the first step.
    init()

    /// Draws a first state.
    mutating func reset(using generator: inout RandomGenerator)

    /// Takes over a state of `description.stateCount` finite numbers.
    mutating func setState(_ state: UnsafeBufferPointer<Double>)

    /// Acts once. It never truncates, and goes on after an end when it is asked to.
    mutating func step(action: UnsafeBufferPointer<Double>) -> Transition

    /// Writes `description.observationCount` numbers.
    func observe(into observation: UnsafeMutableBufferPointer<Double>)
}
