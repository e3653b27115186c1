import Bounded
import CKernelComparison
import CSwimmerComparison
import Environments

/// Swimmer's equations of motion in C, with the network 8-64-64-2.
struct SwimmerLoop: BareLoop {
    let seed: UInt64

    func run(steps: Int) {
        guard let policy = ComparisonNetwork(observations: 8, actions: 2, outputScale: 1, seed: seed) else { return }
        let total = swimmer_comparison_run(
            steps, seed,
            { network, observation, mean in comparison_forward(OpaquePointer(network), observation, mean) },
            UnsafeRawPointer(policy.network))
        precondition(total.isFinite, "the loop has diverged")
    }

    /// How far the C swimmer is from the product's after the same actions, at most.
    static func largestDifference(steps: Int, seed: UInt64) throws -> Double {
        var arena = try Arena(limitBytes: 1 << 20)
        var environment = try EnvironmentInstance(name: FixedText("swimmer"), arena: &arena)
        let observation = try arena.reserve(Double.self, count: 8, holder: "observation")
        let action = try arena.reserve(Double.self, count: 2, holder: "action")
        let state = try arena.reserve(Double.self, count: 10, holder: "state")
        var draws = RandomGenerator(seed: seed)
        var swimmer = swimmer_comparison()
        var worst = 0.0
        for step in 0..<steps {
            if step % 20 == 0 {
                for index in 0..<10 { state[index] = draws.uniform(-1.8, 1.8) }
                try environment.setState(UnsafeBufferPointer(state), observation: observation)
                withUnsafeMutableBytes(of: &swimmer) { $0.copyMemory(from: UnsafeRawBufferPointer(state)) }
            }
            for index in 0..<2 { action[index] = draws.uniform(-1, 1) }
            let transition = try environment.step(action: UnsafeBufferPointer(action), observation: observation)
            let reward = swimmer_comparison_step(&swimmer, action.baseAddress)
            worst = max(worst, abs(reward - transition.reward), abs(swimmer.velocity.4 - observation[7]))
        }
        return worst
    }
}
