import Bounded
import Foundation
import Testing

@testable import PolicyMath

@Suite("The gradient of a batch at other parameters")
struct ReevaluationTests {
    /// Σ_t min(π_θ̂/π_θ, limit) A_t ∇log π_θ̂ / S, from the scores of each step.
    private func reference(
        _ policy: ReferencePolicy, _ other: ReferencePolicy, _ settings: EstimatorSettings, _ batch: [RecordedStep]
    ) -> [Double] {
        let advantages = ReferenceEstimator(settings: settings).advantages(batch, firstTime: 0)
        var sum = [Double](repeating: 0, count: policy.parameters.count)
        for (step, advantage) in zip(batch, advantages) {
            let ratio = exp(
                other.logProbability(step.observation, step.action)
                    - policy.logProbability(step.observation, step.action))
            let score = other.score(step.observation, step.action)
            let entropy = other.entropyGradient(step.observation)
            for i in sum.indices {
                sum[i] += min(ratio, Double(settings.importanceLimit)) * advantage * score[i]
                    + Double(settings.entropyCoefficient) * entropy[i]
            }
        }
        return sum.map { $0 / Double(batch.count) }
    }

    private func settings(limit: Float, direction: EstimatorSettings.Direction = .plain) -> EstimatorSettings {
        var settings = EstimatorSettings(
            estimator: .gae, discount: 0.9, lambda: 0.8, direction: direction,
            natural: NaturalGradientSettings(iterations: 2, damping: 1e5), entropyCoefficient: 0.03)
        settings.reevaluates = true
        settings.importanceLimit = limit
        return settings
    }

    @Test("equals the sum of weighted scores, and leaves the policy as it was", arguments: [Float(1), 1.5, 100])
    func equality(limit: Float) throws {
        let seed = propertySeed("re-evaluated gradient")
        for shape in [SamplingNoiseTests.gaussian, SamplingNoiseTests.softmax, shapes[3]] {
            let settings = settings(limit: limit)
            var harness = try EstimatorHarness(shape, settings, steps: 75, seed: seed)
            var batch = harness.batch(75, episodeLength: 5...25)
            batch[74].ended = true
            var known = harness.movedSquare
            #expect(known == nil)
            let first = harness.run(batch)
            known = harness.movedSquare
            #expect(known == nil, "nothing was remembered yet")

            var other = harness.reference
            for i in other.parameters.indices {
                other.parameters[i] = Double(Float(other.parameters[i] + 0.2 * harness.generator.normal()))
            }
            harness.estimator.reevaluation?.remembered.set(other.parameters)
            harness.estimator.reevaluation?.isKnown = true
            let gradient = harness.run(batch)
            #expect(gradient == first)
            let difference = zip(
                ReferenceEstimator(settings: settings).gradient(harness.reference, batch),
                reference(harness.reference, other, settings, batch)
            ).map { $0 - $1 }
            let wanted = norm(difference) * norm(difference)
            let moved = harness.movedSquare ?? .nan
            #expect(abs(moved / wanted - 1) < 2e-3, "seed \(seed): \(moved), not \(wanted)")
            #expect(harness.run(batch) == first, "the policy came back changed")
        }
    }

    @Test("at the parameters of the batch itself nothing has moved")
    func samePlace() throws {
        var harness = try EstimatorHarness(SamplingNoiseTests.gaussian, settings(limit: 2), steps: 50, seed: 5)
        let batch = harness.batch(50, episodeLength: 5...25)
        harness.rememberPolicy()
        let gradient = harness.run(batch)
        let moved = harness.movedSquare ?? .nan
        #expect(moved < 1e-9 * norm(gradient) * norm(gradient))
        harness.estimator.forgetParameters()
        var forgotten = harness.movedSquare
        #expect(forgotten == nil, "what was measured against them is forgotten with them")
        _ = harness.run(batch)
        forgotten = harness.movedSquare
        #expect(forgotten == nil)
    }

    @Test("for the natural direction the difference is turned and scaled as the direction is")
    func natural() throws {
        let seed = propertySeed("re-evaluated natural gradient")
        var plain = try EstimatorHarness(SamplingNoiseTests.gaussian, settings(limit: 2), steps: 50, seed: seed)
        var natural = try EstimatorHarness(
            SamplingNoiseTests.gaussian, settings(limit: 2, direction: .natural), steps: 50, seed: seed)
        let batch = plain.batch(50, episodeLength: 5...25)
        let other = plain.reference.parameters.map { $0 + 0.1 * plain.generator.normal() }
        plain.estimator.reevaluation?.remembered.set(other)
        plain.estimator.reevaluation?.isKnown = true
        natural.estimator.reevaluation?.remembered.set(other)
        natural.estimator.reevaluation?.isKnown = true
        let ratio = norm(natural.run(batch)) / norm(plain.run(batch))
        let turned = natural.movedSquare ?? .nan
        let moved = plain.movedSquare ?? .nan
        #expect(abs(turned / (moved * ratio * ratio) - 1) < 1e-2, "seed \(seed)")
    }

    @Test("the streaming form has nothing to take it from")
    func conflict() {
        var settings = EstimatorSettings(estimator: .streaming)
        #expect(settings.conflict == nil)
        settings.reevaluates = true
        #expect(settings.conflict != nil)
    }
}
