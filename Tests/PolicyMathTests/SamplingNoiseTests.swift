import Bounded
import Testing

@testable import PolicyMath

@Suite("The variance of a batch's gradient, estimated from its parts")
struct SamplingNoiseTests {
    static let gaussian = PolicySpecification(
        distribution: .gaussian, observationCount: 3, actionCount: 2, hiddenWidths: LayerWidths([6, 5]))
    static let softmax = PolicySpecification(
        distribution: .softmax, observationCount: 4, actionCount: 3, hiddenWidths: LayerWidths([7]))

    /// (first step, end) of each chunk.
    static func chunks(_ steps: Int, _ count: Int) -> [Range<Int>] {
        (0..<count).map { $0 * steps / count..<($0 + 1) * steps / count }
    }

    /// 1/(n(n − 1)) Σ‖g_c − ḡ‖², from the chunks' gradients, each already scaled so that their mean is the batch's.
    static func variance(_ parts: [[Double]]) -> Double {
        let n = Double(parts.count)
        let mean = parts[0].indices.map { i in parts.reduce(0) { $0 + $1[i] } / n }
        return parts.reduce(0) { sum, part in sum + zip(part, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            / (n * (n - 1))
    }

    /// The chunks' gradients of a batch form, from the definition.
    static func parts(
        _ reference: ReferencePolicy, _ settings: EstimatorSettings, _ batch: [RecordedStep]
    ) -> [[Double]] {
        let advantages = ReferenceEstimator(settings: settings).advantages(batch, firstTime: 0)
        let n = settings.noiseChunks
        return chunks(batch.count, n).map { range in
            var sum = [Double](repeating: 0, count: reference.parameters.count)
            for step in range {
                let score = reference.score(batch[step].observation, batch[step].action)
                let entropy = reference.entropyGradient(batch[step].observation)
                for i in sum.indices {
                    sum[i] += advantages[step] * score[i] + Double(settings.entropyCoefficient) * entropy[i]
                }
            }
            return sum.map { $0 * Double(n) / Double(batch.count) }
        }
    }

    @Test("the batch form gives that of the chunks' gradients written out", arguments: [2, 5, 8, 37], [true, false])
    func batchForm(chunks: Int, isNormalised: Bool) throws {
        let seed = propertySeed("variance of the batch form")
        for shape in [Self.gaussian, Self.softmax, shapes[3]] {
            for build in Build.allCases {
                var settings = EstimatorSettings(
                    estimator: .gae, discount: 0.9, lambda: 0.8, normalisesAdvantages: isNormalised,
                    entropyCoefficient: 0.05)
                settings.noiseChunks = chunks
                var harness = try EstimatorHarness(shape, settings, steps: 149, seed: seed, build: build)
                let batch = harness.batch(149, episodeLength: 3...30)
                let gradient = harness.run(batch)
                let exact = Self.variance(Self.parts(harness.reference, settings, batch))
                let variance = harness.estimator.variance
                #expect(abs(variance / exact - 1) < 1e-3, "seed \(seed): \(variance), not \(exact)")
                let whole = ReferenceEstimator(settings: settings).gradient(harness.reference, batch)
                #expect(relativeDistance(gradient, whole) < 2e-4, "seed \(seed)")
            }
        }
    }

    @Test("the streaming form gives that of the sums over temporal differences, shifted by the scores' mean",
        arguments: [true, false])
    func streamingForm(isNormalised: Bool) throws {
        let seed = propertySeed("variance of the streaming form")
        for shape in [Self.gaussian, Self.softmax] {
            var settings = EstimatorSettings(
                estimator: .streaming, discount: 0.95, lambda: 0.9, baseline: .none,
                normalisesAdvantages: isNormalised)
            settings.noiseChunks = 6
            let steps = 83
            var harness = try EstimatorHarness(shape, settings, steps: steps, seed: seed)
            let batch = harness.batch(steps, episodeLength: 5...25)
            _ = harness.run(batch)

            var plain = settings
            plain.estimator = .gae
            plain.normalisesAdvantages = false
            let advantages = ReferenceEstimator(settings: plain).advantages(batch, firstTime: 0)
            let mean = isNormalised ? advantages.reduce(0, +) / Double(steps) : 0
            let deviation = isNormalised
                ? (advantages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(steps)).squareRoot() : 1
            var trace = [Double](repeating: 0, count: harness.reference.parameters.count)
            let contributions = batch.map { step -> [Double] in
                let score = harness.reference.score(step.observation, step.action)
                for i in trace.indices { trace[i] = 0.95 * 0.9 * trace[i] + score[i] }
                let result = trace.indices.map { (step.reward * trace[$0] - mean * score[$0]) / deviation }
                if step.ended || step.terminated { trace = trace.map { _ in 0 } }
                return result
            }
            let parts = Self.chunks(steps, 6).map { range in
                trace.indices.map { i in range.reduce(0) { $0 + contributions[$1][i] } * 6 / Double(steps) }
            }
            let exact = Self.variance(parts)
            let variance = harness.estimator.variance
            #expect(abs(variance / exact - 1) < 1e-3, "seed \(seed): \(variance), not \(exact)")
        }
    }

    @Test("over many batches it agrees with how far their gradients scatter")
    func scatter() throws {
        var settings = EstimatorSettings(
            estimator: .gae, discount: 0.9, lambda: 1, baseline: .none, normalisesAdvantages: false)
        settings.noiseChunks = 8
        let steps = 96
        var harness = try EstimatorHarness(Self.softmax, settings, steps: steps, seed: 31)
        var gradients = [[Double]]()
        var estimates = 0.0
        let rounds = 1_500
        for _ in 0..<rounds {
            // Episodes of a few steps, so that a chunk holds several.
            var batch = harness.batch(steps, episodeLength: 1...4)
            for index in batch.indices { batch[index].terminated = batch[index].ended }
            gradients.append(harness.run(batch))
            estimates += harness.estimator.variance / Double(rounds)
        }
        let n = Double(rounds)
        let mean = gradients[0].indices.map { i in gradients.reduce(0) { $0 + $1[i] } / n }
        let scatter = gradients.reduce(0.0) { sum, g in
            sum + zip(g, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / (n - 1)
        }
        #expect(abs(estimates / scatter - 1) < 0.1, "estimated \(estimates), measured \(scatter)")
    }

    @Test("the natural form, in the mean over its signs, gives that of the chunks' natural gradients",
        arguments: [EstimatorSettings.Estimator.gae, .streaming])
    func naturalForm(estimator: EstimatorSettings.Estimator) throws {
        let seed = propertySeed("variance of the natural form")
        let steps = 80
        // So large a damping makes the Fisher matrix a multiple of the identity: natural and plain are parallel.
        var settings = EstimatorSettings(
            estimator: estimator, discount: 0.9, lambda: 0.9, baseline: .none,
            direction: .natural, natural: NaturalGradientSettings(iterations: 2, damping: 1e5))
        settings.noiseChunks = 4
        var plain = settings
        plain.direction = .plain
        var exact = try EstimatorHarness(Self.gaussian, plain, steps: steps, seed: seed)
        var harness = try EstimatorHarness(Self.gaussian, settings, steps: steps, seed: seed)
        let batch = exact.batch(steps, episodeLength: 2...9)
        let gradient = exact.run(batch)
        var mean = 0.0
        var ratio = 0.0
        for _ in 0..<600 {
            let direction = harness.run(batch)
            mean += harness.estimator.variance / 600
            ratio = (norm(direction) / norm(gradient)) * (norm(direction) / norm(gradient))
        }
        let wanted = exact.estimator.variance * ratio
        #expect(abs(mean / wanted - 1) < 0.1, "seed \(seed): \(mean), not \(wanted)")
    }

    @Test("the natural form turns the contrast with the same matrix and scale as the gradient")
    func turned() throws {
        let seed = propertySeed("turned contrast")
        let steps = 60
        var settings = EstimatorSettings(
            discount: 0.9, baseline: .none, direction: .natural,
            natural: NaturalGradientSettings(iterations: 60, damping: 0.3, sampleStride: 2))
        settings.noiseChunks = 2
        var harness = try EstimatorHarness(shapes[0], settings, steps: steps, seed: seed)
        let batch = harness.batch(steps, episodeLength: 4...9)
        let direction = harness.run(batch)
        var plain = settings
        plain.noiseChunks = 2
        let parts = Self.parts(harness.reference, plain, batch)
        let contrast = zip(parts[0], parts[1]).map { ($0 - $1) / 2 }
        var (matrix, damped) = NaturalGradientTests.fisher(harness.reference, batch, settings.natural)
        var right = contrast
        let turned = solveLinear(&matrix, &right)
        let gradient = ReferenceEstimator(settings: settings).gradient(harness.reference, batch)
        right = gradient
        let solution = solveLinear(&damped, &right)
        let scale = norm(direction) / norm(solution)
        let wanted = norm(turned) * norm(turned) * scale * scale
        let variance = harness.estimator.variance
        #expect(abs(variance / wanted - 1) < 5e-3, "seed \(seed)")
    }

    @Test("memory is reserved only when it is asked for")
    func memory() throws {
        var settings = EstimatorSettings()
        let without = try EstimatorHarness(Self.gaussian, settings, steps: 20, seed: 1).reservedBytes
        settings.noiseChunks = 8
        let with = try EstimatorHarness(Self.gaussian, settings, steps: 20, seed: 1)
        let reserved = with.reservedBytes - without
        let isRight = with.estimatesOnlyVariance
        #expect(reserved == (4 * Self.gaussian.parameterCount + 63) / 64 * 64)
        #expect(isRight)
    }
}
