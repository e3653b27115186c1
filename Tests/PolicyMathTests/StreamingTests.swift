import Bounded
import Testing

@testable import PolicyMath

struct StreamingTests {
    static var combinations: [EstimatorSettings] {
        var result = [EstimatorSettings]()
        for lambda in [1, 0.9, 0] {
            for isNormalised in [false, true] {
                for isAbsolute in [false, true] {
                    result.append(
                        EstimatorSettings(
                            estimator: .streaming, discount: 0.97, lambda: lambda, absoluteDiscount: isAbsolute,
                            baseline: .linear, normalisesAdvantages: isNormalised,
                            entropyCoefficient: isNormalised ? 0.02 : 0))
                }
            }
        }
        return result
    }

    @Test("the running score sum gives the batch definition with the baseline of the batch before",
        arguments: combinations)
    func equality(settings: EstimatorSettings) throws {
        let seed = propertySeed("streaming")
        for shape in [GradientEstimatorTests.gaussian, GradientEstimatorTests.softmax] {
            var harness = try EstimatorHarness(shape, settings, steps: 97, seed: seed)
            var weights = [Double](repeating: 0, count: 2 * shape.observationCount + 4)
            for _ in 0..<3 {
                let time = harness.estimator.episodeTime
                let batch = harness.batch(97, episodeLength: 20...60, startingAt: time)
                let gradient = harness.run(batch)
                var plain = settings
                plain.estimator = .gae
                var reference = ReferenceEstimator(settings: plain)
                let features = ReferenceEstimator(settings: plain)
                let current = weights
                reference.fixedValue = { dot(current, features.features($0, $1)) }
                let exact = reference.gradient(harness.reference, batch, firstTime: time)
                #expect(relativeDistance(gradient, exact) < 2e-4, "seed \(seed)")

                // The next batch's baseline: a fit to this batch's returns, bootstrapped with this batch's baseline.
                let segments = ReferenceEstimator.segments(batch, firstTime: time)
                let rows = segments.flatMap { s in
                    zip(s.steps, s.times).map { features.features(batch[$0].observation, $1) }
                }
                let targets = features.returns(batch, segments) {
                    dot(current, features.features($0.final, $0.times.last! + 1))
                }
                weights = features.fit(rows, targets)
                let fitted = (0..<weights.count).map { harness.estimator.linear?.weights[$0] ?? 0 }
                #expect(relativeDistance(fitted, weights) < 1e-4, "seed \(seed)")
            }
        }
    }

    @Test("without a baseline nothing but vectors of parameters is reserved")
    func memory() throws {
        let shape = GradientEstimatorTests.gaussian
        let settings = EstimatorSettings(estimator: .streaming, baseline: .none, normalisesAdvantages: false)
        var sizes = [Int]()
        for steps in [10, 100_000] {
            var arena = try Arena.large()
            _ = try GradientEstimator(
                specification: shape, settings: settings, batchSteps: steps, seed: 1, arena: &arena)
            sizes.append(arena.reservedBytes)
        }
        #expect(sizes[0] == sizes[1])
    }

    @Test("the natural gradient of a streamed batch is that of a stored one")
    func natural() throws {
        var settings = EstimatorSettings(
            estimator: .streaming, discount: 0.9, baseline: .none, direction: .natural,
            natural: NaturalGradientSettings(iterations: 5))
        var streamed = try EstimatorHarness(GradientEstimatorTests.gaussian, settings, steps: 51, seed: 9)
        settings.estimator = .gae
        var stored = try EstimatorHarness(GradientEstimatorTests.gaussian, settings, steps: 51, seed: 9)
        let batch = stored.batch(51, episodeLength: 10...20)
        #expect(relativeDistance(streamed.run(batch), stored.run(batch)) < 1e-3)
    }
}
