import Bounded
import Foundation
import Testing

@testable import PolicyMath

struct CriticTests {
    @Test("generalised advantages with a given critic are those of the double-precision definition",
        arguments: [EstimatorSettings.Estimator.gae, .rewardToGo])
    func fixed(estimator: EstimatorSettings.Estimator) throws {
        let seed = propertySeed("critic")
        let settings = EstimatorSettings(
            estimator: estimator, discount: 0.995, lambda: 0.95, baseline: .critic,
            critic: CriticSettings(hiddenWidths: LayerWidths(64, 64)))
        let shape = PolicySpecification(distribution: .gaussian, observationCount: 11, actionCount: 3)
        var harness = try EstimatorHarness(shape, settings, steps: 203, seed: seed)
        var arena = try Arena.large()
        let count = harness.estimator.criticParameterCount
        #expect(count == 11 * 64 + 64 + 64 * 64 + 64 + 64 + 1)
        let parameters = harness.generator.normals(count, scale: 0.2)
        harness.estimator.loadCritic(try arena.vector(parameters))
        // A network of one output in the same parameter order, its "log standard deviation" unused.
        let network = ReferencePolicy(
            PolicySpecification(distribution: .softmax, observationCount: 11, actionCount: 1), parameters)
        let batch = harness.batch(203, episodeLength: 30...90)
        let gradient = harness.run(batch)
        var reference = ReferenceEstimator(settings: settings)
        reference.fixedValue = { observation, _ in network.output(observation)[0] }
        #expect(relativeDistance(gradient, reference.gradient(harness.reference, batch)) < 1e-4, "seed \(seed)")

        let after = try arena.vector(count, holder: "test")
        harness.estimator.copyCritic(into: after)
        #expect(relativeDistance(after.doubles, parameters) > 1e-3)
    }

    @Test("a batch with a reward that is no finite float leaves the critic as it was", arguments: [
        Float.infinity, -.infinity, .nan,
    ])
    func notFinite(reward: Float) throws {
        let settings = EstimatorSettings(
            estimator: .gae, discount: 0.9, lambda: 0.9, baseline: .critic, critic: CriticSettings(epochs: 2))
        let shape = PolicySpecification(distribution: .gaussian, observationCount: 3, actionCount: 1)
        var harness = try EstimatorHarness(shape, settings, steps: 40, seed: 6)
        var twin = try EstimatorHarness(shape, settings, steps: 40, seed: 6)
        let first = harness.batch(40, episodeLength: 10...10), last = harness.batch(40, episodeLength: 10...10)
        var broken = harness.batch(40, episodeLength: 10...10)
        broken[7].reward = Double(reward)
        _ = harness.run(first)
        _ = twin.run(first)
        #expect(harness.run(broken).contains { !$0.isFinite })
        let after = harness.run(last)
        #expect(after == twin.run(last) && after.allSatisfy { $0.isFinite })
    }

    @Test("training brings the critic near the returns of a simple task")
    func learns() throws {
        let settings = EstimatorSettings(
            estimator: .rewardToGo, discount: 0.9, baseline: .critic, normalisesAdvantages: false,
            critic: CriticSettings(epochs: 20))
        let shape = PolicySpecification(distribution: .gaussian, observationCount: 3, actionCount: 1)
        var harness = try EstimatorHarness(shape, settings, steps: 400, seed: 4)
        var deviations = [Float]()
        for _ in 0..<10 {
            var batch = harness.batch(400, episodeLength: 1...1)
            for index in batch.indices {
                batch[index].terminated = true
                batch[index].reward = 100 + 50 * tanh(batch[index].observation[0] - batch[index].observation[1])
            }
            _ = harness.run(batch)
            deviations.append(harness.estimator.advantageDeviation)
        }
        #expect(deviations[0] > 30)
        #expect(deviations[9] < 5)
        #expect(abs(harness.estimator.meanAdvantage) < 3)
    }
}
