import Foundation
import PolicyStore

@testable import Training

/// A softmax policy without a hidden layer, two observations and two actions: small enough to differentiate by hand.
struct LinearSoftmax {
    /// Weights `[action][observation]`, then the two biases: the canonical order.
    let weights: [Float]

    func file() throws -> PolicyFile {
        let specification = StoredSpecification(
            distribution: "softmax", observationCount: 2, actionCount: 2, hidden: [], logStdMinimum: -2.5,
            logStdMaximum: 2, observationNormalisation: false)
        return try PolicyFile(
            environment: "by-hand", specification: specification,
            policy: StoredPolicy(version: 1, theta: weights, lookahead: weights), observation: [0.1, 0.2],
            provenance: PolicyFile.Provenance(run: "test", version: 1, rule: "afedpg", seed: 1, configurationHash: "0"))
    }

    /// The gradient of the log-probability of `action`.
    func score(_ observation: [Double], action: Int) -> [Double] {
        let w = weights.map(Double.init)
        let logits = (0..<2).map { w[2 * $0] * observation[0] + w[2 * $0 + 1] * observation[1] + w[4 + $0] }
        let first = 1 / (1 + exp(logits[1] - logits[0]))
        let delta = [(action == 0 ? 1 : 0) - first, (action == 1 ? 1 : 0) - (1 - first)]
        return delta.flatMap { d in observation.map { d * $0 } } + delta
    }
}
