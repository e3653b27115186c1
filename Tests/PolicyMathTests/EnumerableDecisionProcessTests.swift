import Bounded
import Testing

@testable import PolicyMath

/// A decision process of three states, two actions and four steps, small enough to sum over every trajectory.
struct EnumerableDecisionProcessTests {
    static let horizon = 4
    static let shape = PolicySpecification(
        distribution: .softmax, observationCount: 3, actionCount: 2, hiddenWidths: LayerWidths([4]))

    static func observation(_ state: Int) -> [Double] { (0..<3).map { $0 == state ? 1 : 0 } }
    static func next(_ state: Int, _ action: Int) -> Int { (state + 1 + action) % 3 }
    static func reward(_ state: Int, _ action: Int) -> Double { [1, -0.5, 2][state] * (action == 1 ? 1 : 0.3) }

    /// The gradient of the expected discounted return, from the probabilities of all sixteen trajectories.
    static func exactGradient(_ policy: ReferencePolicy, discount: Double) -> [Double] {
        policy.differences { policy in
            var expected = 0.0
            for code in 0..<(1 << horizon) {
                var state = 0, probability = 1.0, total = 0.0, weight = 1.0
                for t in 0..<horizon {
                    let action = code >> t & 1
                    probability *= policy.probabilities(observation(state))[action]
                    total += weight * reward(state, action)
                    weight *= discount
                    state = next(state, action)
                }
                expected += probability * total
            }
            return expected
        }
    }

    @Test("the mean gradient of many sampled episodes is the exact policy gradient",
        arguments: [EstimatorSettings.Estimator.rewardToGo, .gae, .streaming], [false, true])
    func unbiased(estimator: EstimatorSettings.Estimator, hasBaseline: Bool) throws {
        let seed = propertySeed("enumerable decision process")
        let settings = EstimatorSettings(
            estimator: estimator, discount: 0.9, lambda: 1, absoluteDiscount: true,
            baseline: hasBaseline && estimator == .streaming ? .time : .none, normalisesAdvantages: false)
        let episodes = 40, batches = 250
        let steps = episodes * Self.horizon
        var harness = try EstimatorHarness(Self.shape, settings, steps: steps, seed: seed)
        let exact = Self.exactGradient(harness.reference, discount: 0.9)
        let probabilities = (0..<3).map { harness.reference.probabilities(Self.observation($0))[1] }
        var sums = exact.map { _ in 0.0 }, squares = sums
        for _ in 0..<batches {
            var batch = [RecordedStep]()
            for _ in 0..<episodes {
                var state = 0
                for t in 0..<Self.horizon {
                    let action = harness.generator.uniform() < probabilities[state] ? 1 : 0
                    let after = Self.next(state, action)
                    let isLast = t == Self.horizon - 1
                    batch.append(
                        RecordedStep(
                            observation: Self.observation(state), action: [Double(action)],
                            reward: Self.reward(state, action), terminated: isLast, ended: isLast,
                            final: Self.observation(after)))
                    state = after
                }
            }
            // The estimator divides by the steps; the exact gradient is that of one episode.
            for (index, value) in harness.run(batch).enumerated() {
                let scaled = value * Double(Self.horizon)
                sums[index] += scaled
                squares[index] += scaled * scaled
            }
        }
        for index in exact.indices {
            let mean = sums[index] / Double(batches)
            let variance = max(0, squares[index] / Double(batches) - mean * mean)
            let bound = 5 * (variance / Double(batches)).squareRoot() + 1e-5
            #expect(abs(mean - exact[index]) < bound, "parameter \(index), seed \(seed)")
        }
    }
}
