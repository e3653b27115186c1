import Bounded
import Foundation
import PolicyMath

/// `lapwing policy gradient`: the gradient of one recorded trajectory.
public enum GradientReferee {
    /// One step of the file, or its last line, which has an observation alone.
    private struct Step: Decodable {
        let observation: [Double]
        let action: [Double]?
        let reward: Double
        let terminated: Bool
        let truncated: Bool
        /// What came after the step, where the next line does not show it: after a truncation in mid-file.
        let finalObservation: [Double]?

        enum CodingKeys: String, CodingKey {
            case observation, action, reward, terminated, truncated
            case finalObservation = "final_observation"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            observation = try container.decode([Double].self, forKey: .observation)
            finalObservation = try container.decodeIfPresent([Double].self, forKey: .finalObservation)
            guard container.contains(.action) else {
                (action, reward, terminated, truncated) = (nil, 0, false, false)
                return
            }
            if let index = try? container.decode(Double.self, forKey: .action) {
                action = [index]
            } else {
                action = try container.decode([Double].self, forKey: .action)
            }
            reward = try container.decode(Double.self, forKey: .reward)
            terminated = try container.decodeIfPresent(Bool.self, forKey: .terminated) ?? false
            truncated = try container.decodeIfPresent(Bool.self, forKey: .truncated) ?? false
        }
    }

    /// The settings that the command line names, with its own words in what is refused.
    public static func settings(
        estimator: String, discount: Double, lambda: Double, baseline: String, normalisesAdvantages: Bool,
        absoluteDiscount: Bool, direction: String
    ) throws(TrainingError) -> EstimatorSettings {
        func choose<Choice>(
            _ flag: String, _ word: String, _ choices: [(String, Choice)]
        ) throws(TrainingError) -> Choice {
            if let found = choices.first(where: { $0.0 == word }) { return found.1 }
            throw TrainingError(.usage, "--\(flag) \(word): one of \(choices.map(\.0).joined(separator: ", "))")
        }
        guard discount > 0, discount <= 1 else {
            throw TrainingError(.usage, "--discount \(discount): above 0, at most 1")
        }
        guard lambda >= 0, lambda <= 1 else { throw TrainingError(.usage, "--lambda \(lambda): 0 to 1") }
        var settings = EstimatorSettings()
        settings.estimator = try choose(
            "estimator", estimator, [("reward-to-go", .rewardToGo), ("gae", .gae), ("streaming", .streaming)])
        settings.baseline = try choose(
            "baseline", baseline, [("none", .none), ("time", .time), ("linear", .linear), ("critic", .critic)])
        settings.direction = try choose("direction", direction, [("plain", .plain), ("natural", .natural)])
        settings.discount = discount
        settings.lambda = lambda
        settings.normalisesAdvantages = normalisesAdvantages
        settings.absoluteDiscount = absoluteDiscount
        settings.entropyCoefficient = 0
        return settings
    }

    /// Prints one line with the gradient of the file's steps, divided by their number.
    ///
    /// **Throws:** `data` with file and line; `usage` when the settings cannot be used together.
    public static func run(
        policy: PolicyFile, trajectory: URL, settings: EstimatorSettings, seed: UInt64, print: (String) -> Void
    ) throws(TrainingError) {
        if let conflict = settings.conflict { throw TrainingError(.usage, "\(conflict)") }
        var actor = try policy.makeActor()
        let steps = try read(trajectory, for: actor.specification)
        let path = trajectory.path

        let specification = actor.specification
        let final = try reserving { () throws(Arena.Refusal) in
            try actor.arena.vector(specification.observationCount, holder: "final observation")
        }
        var estimator = try reserving { () throws(Arena.Refusal) in
            try GradientEstimator(
                specification: specification, settings: settings, batchSteps: steps.recorded.count, seed: seed,
                arena: &actor.arena)
        }
        estimator.begin()
        for (index, step) in steps.recorded.enumerated() {
            let isLast = index == steps.recorded.count - 1
            let ended = step.terminated || step.truncated
            actor.normalise(step.observation, into: actor.normalised)
            for (place, number) in (step.action ?? []).enumerated() { actor.action[place] = Float(number) }
            if let after = step.finalObservation ?? (isLast ? steps.last : nil) {
                actor.normalise(after, into: final)
            } else {
                guard step.terminated || !(ended || isLast) || settings.baseline == .none else {
                    throw .data(
                        path, line: steps.lines[index],
                        "the episode goes on after this step, so the baseline needs what came after: add a last line "
                            + "{\"observation\":[…]}, or \"final_observation\" to the step")
                }
                final.fill(0)
            }
            estimator.record(
                observation: actor.normalised, action: actor.action, reward: Float(step.reward),
                terminated: step.terminated, ended: ended, finalObservation: final, policy: &actor.network)
        }
        while !estimator.advance(policy: &actor.network) {}
        let gradient = (0..<estimator.gradient.count).map { Double(estimator.gradient[$0]) }
        print(
            "{\"steps\":\(steps.recorded.count),\"scale\":\"divided by steps\","
                + "\"gradient\":\(JSONLines.array(gradient)),"
                + "\"entropy\":\(JSONLines.number(Double(estimator.entropy))),"
                + "\"mean_advantage\":\(JSONLines.number(Double(estimator.meanAdvantage)))}")
    }

    /// The steps of the file, the line that each stands on, and the observation of its last line.
    private static func read(
        _ url: URL, for specification: PolicySpecification
    ) throws(TrainingError) -> (recorded: [Step], lines: [Int], last: [Double]?) {
        var recorded: [Step] = []
        var lines: [Int] = []
        var last: [Double]?
        try JSONLines.forEach(Step.self, in: url) { step, line throws(TrainingError) in
            func fail(_ message: String) -> TrainingError { .data(url.path, line: line, message) }
            guard last == nil else { throw fail("\"action\" is missing in a line before the last") }
            for (name, found) in [("observation", step.observation), ("final_observation", step.finalObservation)] {
                guard let found, found.count != specification.observationCount else { continue }
                throw fail("\"\(name)\" has \(found.count) numbers, the policy \(specification.observationCount)")
            }
            guard let action = step.action else {
                last = step.observation
                return
            }
            guard action.count == specification.actionElementCount else {
                throw fail("\"action\" has \(action.count) numbers, the policy \(specification.actionElementCount)")
            }
            if specification.distribution == .softmax {
                guard let index = action.first, index == index.rounded(), index >= 0,
                    index < Double(specification.actionCount)
                else { throw fail("\"action\" is none of 0 to \(specification.actionCount - 1)") }
            }
            recorded.append(step)
            lines.append(line)
        }
        guard !recorded.isEmpty else { throw .data(url.path, "the trajectory has no step") }
        return (recorded, lines, last)
    }
}
