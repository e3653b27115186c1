import Bounded
import CKernelComparison

/// A loop in C that acts and steps, and does nothing else.
protocol BareLoop {
    /// Takes `steps` environment steps.
    func run(steps: Int)
}

/// The C comparison's network with two tanh layers of 64, its parameters drawn at random.
final class ComparisonNetwork {
    let network: OpaquePointer

    init?(observations: Int, actions: Int, outputScale: Float, seed: UInt64) {
        let widths: [Int32] = [Int32(observations), 64, 64, Int32(actions)]
        var draws = RandomGenerator(seed: seed)
        var parameters = (0..<((observations + 1) * 64 + 65 * 64 + 65 * actions)).map { _ in
            Float(draws.normal() * 0.1)
        }
        for index in parameters.count - 65 * actions..<parameters.count { parameters[index] *= outputScale }
        guard let network = comparison_make(3, widths, parameters) else { return nil }
        self.network = network
    }

    deinit { comparison_free(network) }
}
