import Bounded
import Foundation
import Testing

@testable import PolicyMath

struct GradientEstimatorTests {
    static let gaussian = shapes[3]
    static let softmax = shapes[6]

    static var combinations: [EstimatorSettings] {
        var result = [EstimatorSettings]()
        for estimator in [EstimatorSettings.Estimator.rewardToGo, .gae] {
            for baseline in [EstimatorSettings.Baseline.none, .time, .linear] {
                for isNormalised in [false, true] {
                    for isAbsolute in [false, true] {
                        result.append(
                            EstimatorSettings(
                                estimator: estimator, discount: 0.97, lambda: 0.9, absoluteDiscount: isAbsolute,
                                baseline: baseline, normalisesAdvantages: isNormalised,
                                entropyCoefficient: isNormalised ? 0.01 : 0))
                    }
                }
            }
        }
        return result
    }

    @Test("a batch of several episodes gives the gradient of the double-precision definition", arguments: combinations)
    func batches(settings: EstimatorSettings) throws {
        let seed = propertySeed("batches")
        for shape in [Self.gaussian, Self.softmax] {
            var harness = try EstimatorHarness(shape, settings, steps: 157, seed: seed)
            let reference = ReferenceEstimator(settings: settings)
            for _ in 0..<2 {
                let time = harness.estimator.episodeTime
                let batch = harness.batch(157, episodeLength: 20...60, startingAt: time)
                let gradient = harness.run(batch)
                let exact = reference.gradient(harness.reference, batch, firstTime: time)
                #expect(relativeDistance(gradient, exact) < 2e-4, "seed \(seed)")
            }
        }
    }

    @Test("the recommended estimator agrees on whole 1,000-step episodes, for both builds", arguments: Build.allCases)
    func recommended(build: Build) throws {
        let seed = propertySeed("recommended")
        let settings = EstimatorSettings()
        let shape = PolicySpecification(distribution: .gaussian, observationCount: 8, actionCount: 2)
        var harness = try EstimatorHarness(shape, settings, steps: 1000, seed: seed, build: build)
        var batch = harness.batch(1000, episodeLength: 2000...2000)
        batch[999].ended = true
        let gradient = harness.run(batch)
        let exact = ReferenceEstimator(settings: settings).gradient(harness.reference, batch)
        #expect(relativeDistance(gradient, exact) < 1e-4)
        #expect(harness.estimator.episodeTime == 0)
        #expect(abs(Double(harness.estimator.entropy) - harness.reference.entropy(batch[0].observation)) < 1e-5)
    }

    @Test("an episode that a batch cuts goes on in the next one, its time too, unless it is abandoned")
    func continued() throws {
        let settings = EstimatorSettings(discount: 0.9, absoluteDiscount: true, baseline: .time)
        var harness = try EstimatorHarness(Self.gaussian, settings, steps: 30, seed: 5)
        let reference = ReferenceEstimator(settings: settings)
        for round in 0..<3 {
            let batch = harness.batch(30, episodeLength: 1000...1000)
            let gradient = harness.run(batch)
            let exact = reference.gradient(harness.reference, batch, firstTime: 30 * round)
            #expect(relativeDistance(gradient, exact) < 1e-3)
        }
        harness.estimator.abandonEpisode()
        let batch = harness.batch(30, episodeLength: 1000...1000)
        #expect(relativeDistance(harness.run(batch), reference.gradient(harness.reference, batch)) < 2e-4)
    }

    @Test("every baseline bootstraps a truncation and none a termination")
    func bootstrapping() throws {
        let settings = EstimatorSettings(
            estimator: .gae, discount: 0.9, lambda: 0.8, baseline: .critic, normalisesAdvantages: false)
        for terminated in [false, true] {
            var harness = try EstimatorHarness(Self.gaussian, settings, steps: 5, seed: 5)
            var batch = harness.batch(5, episodeLength: 100...100)
            batch[4].terminated = terminated
            batch[4].ended = true
            let first = harness.run(batch)
            var again = try EstimatorHarness(Self.gaussian, settings, steps: 5, seed: 5)
            batch[4].final = batch[4].final.map { $0 + 1 }
            let second = again.run(batch)
            #expect((relativeDistance(first, second) > 1e-3) == !terminated)
        }
    }

    @Test("more truncations than there is room for fall back to the last observation's value, and stay finite")
    func manyTruncations() throws {
        let settings = EstimatorSettings(discount: 0.9, baseline: .linear, truncationsMaximum: 2)
        var harness = try EstimatorHarness(Self.gaussian, settings, steps: 60, seed: 5)
        var batch = harness.batch(60, episodeLength: 5...5)
        for index in batch.indices { batch[index].terminated = false }
        let gradient = harness.run(batch)
        #expect(gradient.allSatisfy(\.isFinite) && norm(gradient) > 0)
    }

    @Test("a constant reward gives a zero gradient with normalised advantages, not a division by zero")
    func degenerate() throws {
        let settings = EstimatorSettings(discount: 1, baseline: .none)
        var harness = try EstimatorHarness(Self.gaussian, settings, steps: 20, seed: 5)
        var batch = harness.batch(20, episodeLength: 1...1)
        for index in batch.indices {
            batch[index].terminated = true
            batch[index].reward = 0
        }
        #expect(norm(harness.run(batch)) == 0)
    }

    @Test("a log standard deviation beyond its range is never pushed further out")
    func range() throws {
        var shape = Self.gaussian
        shape.logStdMinimum = 5
        shape.logStdMaximum = 6
        let settings = EstimatorSettings(estimator: .rewardToGo, baseline: .none, normalisesAdvantages: false)
        var harness = try EstimatorHarness(shape, settings, steps: 50, seed: 3)
        var batch = harness.batch(50, episodeLength: 1...1)
        for index in batch.indices { batch[index].reward = 1 }
        let gradient = harness.run(batch)
        // Small actions under a huge deviation: every reward asks for a smaller one.
        #expect(gradient.suffix(shape.actionCount).allSatisfy { $0 == 0 })
        #expect(norm(gradient) > 0)
    }

    @Test("settings that cannot be used together are named")
    func conflicts() {
        #expect(EstimatorSettings().conflict == nil)
        #expect(EstimatorSettings(estimator: .streaming, baseline: .critic).conflict != nil)
        #expect(EstimatorSettings(discount: 1.5).conflict != nil)
        #expect(EstimatorSettings(lambda: -1).conflict != nil)
        #expect(EstimatorSettings(natural: NaturalGradientSettings(iterations: 0)).conflict != nil)
        #expect(EstimatorSettings(critic: CriticSettings(minibatch: 0)).conflict != nil)
    }

    @Test("the work after sampling comes in many small slices")
    func slices() throws {
        let settings = EstimatorSettings(
            estimator: .gae, baseline: .critic, direction: .natural, critic: CriticSettings(epochs: 2))
        let shape = PolicySpecification(distribution: .gaussian, observationCount: 11, actionCount: 3)
        var harness = try EstimatorHarness(shape, settings, steps: 500, seed: 3)
        _ = harness.run(harness.batch(500, episodeLength: 100...200))
        #expect(harness.slices > 50)
    }
}
