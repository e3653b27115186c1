import Bounded
import Environments
import Foundation

/// The returns of a policy over fresh episodes, acting with its mean action (or its likeliest).
public struct Evaluation: Equatable, Sendable {
    /// The undiscounted return of each episode.
    public var returns: [Double] = []
    /// The steps of each episode.
    public var steps: [Int] = []

    /// The mean return.
    public var mean: Double { returns.isEmpty ? .nan : returns.reduce(0, +) / Double(returns.count) }

    /// The sample standard deviation of the returns; 0 for a single episode.
    public var deviation: Double {
        guard returns.count > 1 else { return 0 }
        let mean = self.mean
        return (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count - 1)).squareRoot()
    }

    /// Runs `episodes` episodes; episode *i* is reset with a seed drawn from `seed` and *i*.
    ///
    /// - Parameters:
    ///   - stepLimit: for a task without a limit of its own.
    ///   - isCancelled: asked after each episode; true ends the evaluation with what there is.
    ///
    /// **Throws:** what the environment throws, and `data` when the policy's shape is not the task's.
    public static func run(
        _ policy: PolicyFile, in choice: EnvironmentChoice, episodes: Int, seed: UInt64, stepLimit: Int = 10_000,
        isCancelled: () -> Bool = { false }
    ) throws(TrainingError) -> Evaluation {
        guard policy.parameters.count == policy.specification.parameterCount else {
            throw TrainingError(.data, "the policy's specification is none that a network can have")
        }
        let evaluator = try PolicyEvaluator(choice, specification: policy.specification)
        evaluator.load(
            policy.parameters, normaliserMean: policy.normaliserMean, normaliserScale: policy.normaliserScale)
        return try evaluator.run(episodes: episodes, seed: seed, stepLimit: stepLimit, isCancelled: isCancelled)
    }
}

extension EnvironmentInstance {
    /// The first observation of the episode of `seed`.
    mutating func firstObservation(seed: UInt64) throws(TrainingError) -> [Double] {
        let observation = UnsafeMutableBufferPointer<Double>.allocate(capacity: description.observationCount)
        defer { observation.deallocate() }
        do throws(EnvironmentError) { try reset(seed: seed, observation: observation) } catch {
            throw TrainingError(error)
        }
        return Array(observation)
    }
}
