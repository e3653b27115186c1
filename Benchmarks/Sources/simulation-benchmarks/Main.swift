// Purpose: how many environment steps a second of processor time `lapwing simulate` makes, against a bare loop of the
// same environment with the same network in C.
//
// The simulated run is whole: eight agents, one of them 4.3 times slower, real cores, real messages, gradients, server
// steps, the run folder and its plots. Two lengths are run, and the difference counts, so that the start and the end of
// a program are not measured. The C loop acts and steps, and does nothing else. Both simulate the same: that is
// checked first, on the Swimmer of the product.
//
// JSON goes to standard output, the comparison for people to standard error.

import Bounded
import CKernelComparison
import CSwimmerComparison
import Environments
import Foundation
import Measuring

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

@main
struct SimulationBenchmarks {
    static func main() throws {
        guard let options = Options(CommandLine.arguments) else {
            report(Options.usage)
            exit(64)
        }
        let difference = try largestDifference(steps: 2_000, seed: options.seed)
        guard difference < 1e-6 else {
            report("the two loops do not simulate the same: they differ by \(difference)")
            exit(1)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "simulation-benchmarks-\(getpid())")
        defer { try? FileManager.default.removeItem(at: folder) }
        var simulated = [Double](), bare = [Double](), ratios = [Double]()
        for _ in 0..<options.rounds {
            let loopSeconds = seconds { bareLoop(steps: options.steps, seed: options.seed) }
            guard let short = SimulatedRun(options, steps: options.steps / 4, in: folder),
                let long = SimulatedRun(options, steps: options.steps * 5 / 4, in: folder)
            else {
                report("\(options.lapwing) simulate failed")
                exit(1)
            }
            let speed = Double(long.steps - short.steps) / max(long.seconds - short.seconds, 1e-9)
            simulated.append(speed)
            bare.append(Double(options.steps) / loopSeconds)
            ratios.append(speed * loopSeconds / Double(options.steps))
        }
        let simulator = Measurement(simulated), loop = Measurement(bare), ratio = Measurement(ratios)
        print(
            "{\"benchmark\":\"simulation-swimmer\",\"seed\":\(options.seed),\"steps\":\(options.steps),"
                + "\"simulated_steps_per_second\":\(simulator.json),\"c_loop_steps_per_second\":\(loop.json),"
                + "\"ratio\":\(ratio.json),\"bar\":0.9}")
        report(
            String(
                format: "simulating Swimmer: %.0f steps a second, C loop %.0f, ratio %.3f (%.3f to %.3f); bar 0.9",
                simulator.median, loop.median, ratio.median, ratio.interval.low, ratio.interval.high))
    }

    /// The C loop with the network 8-64-64-2.
    private static func bareLoop(steps: Int, seed: UInt64) {
        let widths: [Int32] = [8, 64, 64, 2]
        var draws = RandomGenerator(seed: seed)
        let parameters = (0..<(9 * 64 + 65 * 64 + 65 * 2)).map { _ in Float(draws.normal() * 0.1) }
        guard let network = comparison_make(3, widths, parameters) else { return }
        defer { comparison_free(network) }
        let total = swimmer_comparison_run(
            steps, seed,
            { network, observation, mean in comparison_forward(OpaquePointer(network), observation, mean) },
            UnsafeRawPointer(network))
        precondition(total.isFinite, "the loop has diverged")
    }

    /// How far the C swimmer is from the product's after the same actions, at most.
    private static func largestDifference(steps: Int, seed: UInt64) throws -> Double {
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
