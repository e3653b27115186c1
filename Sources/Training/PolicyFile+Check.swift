import Bounded
import Environments
import Foundation
import PolicyMath
import PolicyStore

extension PolicyFile {
    /// Makes the file of one stored version, with an example computed here.
    public init(
        environment: String, specification: StoredSpecification, policy: StoredPolicy, observation: [Double],
        provenance: Provenance
    ) throws(TrainingError) {
        self.init(
            environment: environment, specification: specification, parameters: policy.theta,
            normaliserMean: policy.normaliserMean, normaliserScale: policy.normaliserScale,
            example: Example(observation: observation, action: [], logProbability: 0), provenance: provenance)
        var actor = try makeActor()
        example = Self.answer(to: observation, of: &actor)
    }

    /// Reads a file and lets its policy answer its own example.
    ///
    /// **Throws:** what `init(reading:)` throws, and `data` when the answer is another than the one in the file.
    public static func load(_ url: URL) throws(TrainingError) -> PolicyFile {
        let file = try PolicyFile(reading: url)
        guard try file.answersItsExample() else {
            throw .data(
                url.path, "the policy computes another action than its own example; this program and the one that "
                    + "wrote the file differ")
        }
        return file
    }

    /// Whether the policy, computed here, gives the action that the file expects.
    ///
    /// **Limit:** 1e-4 relative, since other processors and libraries round otherwise.
    func answersItsExample() throws(TrainingError) -> Bool {
        var actor = try makeActor()
        let answer = Self.answer(to: example.observation, of: &actor)
        func isClose(_ left: Float, _ right: Float) -> Bool { abs(left - right) <= 1e-4 * max(1, abs(right)) }
        return answer.action.count == example.action.count && zip(answer.action, example.action).allSatisfy(isClose)
            && isClose(answer.logProbability, example.logProbability)
    }

    /// The policy, ready to act.
    package func makeActor() throws(TrainingError) -> PolicyActor {
        try PolicyActor.make(
            specification: specification, parameters: parameters, normaliserMean: normaliserMean,
            normaliserScale: normaliserScale)
    }

    private static func answer(to observation: [Double], of actor: inout PolicyActor) -> Example {
        for index in observation.indices { actor.rawObservation[index] = observation[index] }
        actor.act()
        let logProbability = actor.network.logProbability(observation: actor.normalised, action: actor.action)
        return Example(
            observation: observation, action: (0..<actor.action.count).map { actor.action[$0] },
            logProbability: logProbability)
    }
}
