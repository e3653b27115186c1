import Bounded
import Testing

@testable import PolicyMath

@Suite("A critic that a federation shares")
struct SharedCriticTests {
    private static func settings(isShared: Bool) -> EstimatorSettings {
        var settings = EstimatorSettings(
            estimator: .gae, discount: 0.99, lambda: 0.95, baseline: .critic,
            critic: CriticSettings(hiddenWidths: LayerWidths(8, 8), minibatch: 16))
        settings.critic.isShared = isShared
        return settings
    }

    private static let shape = PolicySpecification(
        distribution: .gaussian, observationCount: 5, actionCount: 2, hiddenWidths: LayerWidths(8, 8))
    private static let count = 5 * 8 + 8 + 8 * 8 + 8 + 8 + 1

    private static func harness(isShared: Bool, seed: UInt64 = 3) throws -> EstimatorHarness {
        try EstimatorHarness(shape, settings(isShared: isShared), steps: 90, seed: seed)
    }

    @Test("one that was never loaded learns as an agent's own does, bit for bit, and has no change to send")
    func own() throws {
        var shared = try Self.harness(isShared: true)
        var own = try Self.harness(isShared: false)
        for _ in 0..<4 {
            let gradient = shared.run(shared.batch(90, episodeLength: 10...40))
            let other = own.run(own.batch(90, episodeLength: 10...40))
            #expect(gradient == other)
        }
        let changes = [shared.takeChange(), own.takeChange()]
        #expect(changes == [nil, nil])
    }

    @Test("the change is the trained parameters minus the loaded ones, over several batches, until the next load")
    func change() throws {
        let seed = propertySeed("shared critic")
        var harness = try Self.harness(isShared: true, seed: seed)
        var arena = try Arena.large()
        let after = try arena.vector(Self.count, holder: "test")
        for batches in [1, 3] {
            let loaded = harness.generator.normals(Self.count, scale: 0.3).map { Double(Float($0)) }
            harness.estimator.loadSharedCritic(try arena.vector(loaded), targetMean: 3, targetScale: 2)
            for _ in 0..<batches { _ = harness.run(harness.batch(90, episodeLength: 10...40)) }
            harness.estimator.copyCritic(into: after)
            let trained = after.doubles
            let expected = zip(trained, loaded).map { Double(Float($0) - Float($1)) }
            let (first, second) = (harness.takeChange(), harness.takeChange())
            #expect(first == expected, "seed \(seed)")
            #expect(second == expected, "taken twice")
            #expect(expected.contains { abs($0) > 1e-3 })
            #expect(harness.targets.count == Double(90 * batches))
        }
    }

    @Test("counts the targets since it was loaded, whatever it standardises by")
    func targets() throws {
        var harness = try Self.harness(isShared: true)
        var arena = try Arena.large()
        let parameters = try arena.vector([Double](repeating: 0, count: Self.count))
        // All values are the mean: with γ = λ = 1 of a terminated episode every target is its return.
        harness.estimator.loadSharedCritic(parameters, targetMean: 50, targetScale: 4)
        let batch = harness.batch(90, episodeLength: 1...1).map { step in
            var step = step
            (step.terminated, step.ended) = (true, true)
            return step
        }
        _ = harness.run(batch)
        let rewards = batch.map { Double(Float($0.reward)) }
        let mean = rewards.reduce(0, +) / 90
        let deviations = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(abs(harness.targets.mean - mean) < 1e-5 && harness.targets.count == 90)
        #expect(abs(harness.targets.squaredDeviations - deviations) < 1e-3 * deviations)
        // A network of zeros says the mean of the federation's targets of every state.
        #expect(abs(Double(harness.estimator.meanAdvantage) - (mean - 50)) < 1e-3)
    }

    @Test("with a scale the network's output is in its units: values are output · scale + mean")
    func units() throws {
        var arena = try Arena.large()
        var means = [Double]()
        for (mean, scale, factor) in [(0.0, 1.0, 6.0), (0.0, 6.0, 1.0), (10.0, 3.0, 2.0)] {
            var harness = try Self.harness(isShared: true, seed: 8)
            // The output layer alone differs by the factor.
            var parameters = harness.generator.normals(Self.count, scale: 0.3).map { Double(Float($0)) }
            for index in (Self.count - 9)..<Self.count { parameters[index] *= factor }
            harness.estimator.loadSharedCritic(try arena.vector(parameters), targetMean: mean, targetScale: scale)
            let batch = harness.batch(90, episodeLength: 1...1).map { step in
                var step = step
                (step.terminated, step.ended) = (true, true)
                return step
            }
            _ = harness.run(batch)
            means.append(Double(harness.estimator.meanAdvantage) + mean)
        }
        #expect(abs(means[0] - means[1]) < 1e-4 && abs(means[0] - means[2]) < 1e-4)
    }

    @Test("while nobody has seen a target, the batch's own stand in, as at an agent's own first batch")
    func firstBatch() throws {
        var shared = try Self.harness(isShared: true)
        var own = try Self.harness(isShared: false)
        var arena = try Arena.large()
        let initial = try arena.vector(Self.count, holder: "test")
        own.estimator.copyCritic(into: initial)
        shared.estimator.loadSharedCritic(initial, targetMean: 0, targetScale: 0)
        let gradients = (
            shared.run(shared.batch(90, episodeLength: 10...40)), own.run(own.batch(90, episodeLength: 10...40)))
        #expect(gradients.0 == gradients.1)
        let critics = (shared.critic, own.critic)
        #expect(critics.0 == critics.1 && !critics.0.isEmpty)
    }

    @Test("goes on alone from where it was when its federation shares one no more")
    func leaves() throws {
        var harness = try Self.harness(isShared: true)
        var arena = try Arena.large()
        let parameters = try arena.vector(harness.generator.normals(Self.count, scale: 0.3))
        harness.estimator.loadSharedCritic(parameters, targetMean: 5, targetScale: 2)
        harness.estimator.keepCritic()
        let change = harness.takeChange()
        #expect(change == nil)
        #expect(harness.targets.mean == 5 && harness.targets.squaredDeviations == 8)
        harness.estimator.keepCritic()
        #expect(harness.targets.count == 2)
    }
}

extension EstimatorHarness {
    fileprivate mutating func takeChange() -> [Double]? { estimator.takeCriticChange()?.doubles }

    fileprivate var targets: (count: Double, mean: Double, squaredDeviations: Double) { estimator.criticTargets }

    fileprivate var critic: [Double] { estimator.critic?.parameters.doubles ?? [] }
}
