import Bounded
import Environments
import PolicyStore

/// Policies of one shape on trial, one after another, in an environment that stays open.
///
/// **Memory:** one network, and what the environment takes.
package final class PolicyEvaluator: @unchecked Sendable {
    private var actor: PolicyActor
    private var environment: EnvironmentInstance

    /// Opens the environment for policies of the shape of `specification`.
    ///
    /// **Throws:** what opening the environment throws, and `data` when the policy's shape is not the task's.
    package init(_ choice: EnvironmentChoice, specification: StoredSpecification) throws(TrainingError) {
        var actor = try PolicyActor.make(
            specification: specification, parameters: [Float](repeating: 0, count: specification.parameterCount),
            normaliserMean: [], normaliserScale: [])
        let environment = try choice.open(arena: &actor.arena)
        try specification.check(against: environment.description)
        self.actor = actor
        self.environment = environment
    }

    /// Takes over another policy.
    package func load(_ parameters: [Float], normaliserMean: [Float], normaliserScale: [Float]) {
        actor.load(parameters, mean: normaliserMean, scale: normaliserScale)
    }

    /// Runs `episodes` episodes; episode *i* is reset with a seed drawn from `seed` and *i*.
    ///
    /// - Parameters:
    ///   - stepLimit: for a task without a limit of its own.
    ///   - isCancelled: asked after each episode; true ends the evaluation with what there is.
    ///
    /// **Throws:** what the environment throws.
    package func run(
        episodes: Int, seed: UInt64, stepLimit: Int = 10_000, isCancelled: () -> Bool = { false }
    ) throws(TrainingError) -> Evaluation {
        var seeds = RandomGenerator(seed: seed, stream: 0x6576_616c)
        var evaluation = Evaluation()
        do throws(EnvironmentError) {
            for _ in 0..<episodes {
                let episode = try runEpisode(seed: seeds.next(), stepLimit: stepLimit)
                evaluation.returns.append(episode.total)
                evaluation.steps.append(episode.steps)
                if isCancelled() { break }
            }
        } catch {
            throw TrainingError(error)
        }
        return evaluation
    }

    private func runEpisode(
        seed: UInt64, stepLimit: Int
    ) throws(EnvironmentError) -> (total: Double, steps: Int) {
        let description = environment.description
        var total = 0.0
        var steps = 0
        try environment.reset(seed: seed, observation: actor.rawObservation)
        while true {
            actor.act()
            for index in 0..<actor.action.count {
                let number = Double(actor.action[index])
                actor.rawAction[index] =
                    description.isDiscrete
                    ? number
                    : min(max(number, description.actionLow(index)), description.actionHigh(index))
            }
            let transition = try environment.step(
                action: UnsafeBufferPointer(actor.rawAction), observation: actor.rawObservation)
            total += transition.reward
            steps += 1
            if transition.ended || (description.stepLimit == 0 && steps == stepLimit) { return (total, steps) }
        }
    }
}
