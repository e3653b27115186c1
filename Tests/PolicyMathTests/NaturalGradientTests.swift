import Bounded
import Foundation
import Testing

@testable import PolicyMath

struct NaturalGradientTests {
    @Test("the direction solves the damped Fisher system formed element by element, at unit length in its metric",
        arguments: [shapes[0], shapes[4], shapes[5], PolicySpecification(
            distribution: .softmax, observationCount: 3, actionCount: 4, hiddenWidths: LayerWidths([5]))])
    func explicit(shape: PolicySpecification) throws {
        let seed = propertySeed("natural gradient")
        let steps = 61
        // A damping of this size lets conjugate gradients converge in single precision.
        let natural = NaturalGradientSettings(iterations: 60, damping: 0.3, sampleStride: 2)
        let settings = EstimatorSettings(
            discount: 0.9, baseline: .none, direction: .natural, natural: natural)
        var harness = try EstimatorHarness(shape, settings, steps: steps, seed: seed)
        let batch = harness.batch(steps, episodeLength: 10...20)
        let direction = harness.run(batch)
        var gradient = ReferenceEstimator(settings: settings).gradient(harness.reference, batch)
        var (matrix, damped) = Self.fisher(harness.reference, batch, natural)
        let product = { (x: [Double]) in damped.map { dot($0, x) } }
        let solution = solveLinear(&matrix, &gradient)
        let length = dot(solution, product(solution)).squareRoot()
        #expect(relativeDistance(direction, solution.map { $0 / length }) < 2e-3, "seed \(seed)")
        #expect(abs(dot(direction, product(direction)) - 1) < 1e-3)
        damped = []
    }

    /// F + damping I over every `sampleStride`-th observation: from scores of all actions (softmax), or closed form.
    static func fisher(
        _ policy: ReferencePolicy, _ batch: [RecordedStep], _ settings: NaturalGradientSettings
    ) -> ([[Double]], [[Double]]) {
        let n = policy.parameters.count, actions = policy.specification.actionCount
        let used = stride(from: 0, to: batch.count, by: settings.sampleStride).map { batch[$0].observation }
        var matrix = (0..<n).map { i in (0..<n).map { $0 == i ? Double(settings.damping) : 0 } }
        for observation in used {
            for action in 0..<actions {
                let one = (0..<actions).map { $0 == action ? 1.0 : 0 }
                let row: [Double]
                let weight: Double
                if policy.isGaussian {
                    row = policy.backward(observation, delta: one)
                    weight = exp(-2 * policy.logStd(action))
                } else {
                    row = policy.score(observation, [Double(action)])
                    weight = policy.probabilities(observation)[action]
                }
                for i in 0..<n { for j in 0..<n { matrix[i][j] += weight * row[i] * row[j] / Double(used.count) } }
            }
        }
        if policy.isGaussian { for i in (n - actions)..<n { matrix[i][i] += 2 } }
        return (matrix, matrix)
    }

    @Test("a zero gradient stays zero")
    func zero() throws {
        let settings = EstimatorSettings(discount: 1, baseline: .none, direction: .natural)
        var harness = try EstimatorHarness(shapes[0], settings, steps: 20, seed: 5)
        var batch = harness.batch(20, episodeLength: 1...1)
        for index in batch.indices {
            batch[index].terminated = true
            batch[index].reward = 0
        }
        #expect(norm(harness.run(batch)) == 0)
    }
}
