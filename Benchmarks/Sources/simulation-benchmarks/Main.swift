// Purpose: how many environment steps a second of processor time `lapwing simulate` makes, against a bare loop of the
// same environment with the same network in C.
//
// The simulated run is whole: eight agents, one of them 4.3 times slower, real cores, real messages, gradients, server
// steps, the run folder and its plots. Two lengths are run, and the difference counts, so that the start and the end of
// a program are not measured. The C loop acts and steps, and does nothing else: what a gradient costs is in the ratio.
// On Swimmer both simulate the same, which is checked first; on Hopper both step MuJoCo, and the policy hardly changes
// along the run, so that both meet the same kind of state.
//
// JSON goes to standard output, the comparison for people to standard error.

import Foundation
import Measuring

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

@main
struct SimulationBenchmarks {
    static func main() throws {
        let options = BenchmarkOptions.parsed(
            program: "simulation-benchmarks", repetitions: 9, toyRepetitions: 2, needed: ["lapwing", "models"])
        let difference = try SwimmerLoop.largestDifference(steps: 2_000, seed: options.seed)
        guard difference < 1e-6 else {
            report("the two loops do not simulate the same: they differ by \(difference)")
            exit(1)
        }
        compare(
            options,
            SimulatedTask(environment: "swimmer", steps: options.isToy ? 16_000 : 480_000),
            with: SwimmerLoop(seed: options.seed))
        guard let hopper = HopperLoop(models: options["models"], seed: options.seed) else { exit(66) }
        compare(
            options,
            SimulatedTask(
                environment: "hopper", steps: options.isToy ? 16_000 : 64_000,
                flags: ["--models", options["models"], "--set", "gateway.aggregation.step_size=1e-6"]),
            with: hopper)
    }

    private static func compare(_ options: BenchmarkOptions, _ task: SimulatedTask, with loop: some BareLoop) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "simulation-benchmarks-\(getpid())")
        defer { try? FileManager.default.removeItem(at: folder) }
        var simulated = [Double](), bare = [Double](), ratios = [Double]()
        for _ in 0..<options.repetitions {
            let loopSeconds = seconds { loop.run(steps: task.steps) }
            guard let short = task.run(options, steps: task.steps / 4, in: folder),
                let long = task.run(options, steps: task.steps * 5 / 4, in: folder)
            else {
                report("\(options["lapwing"]) simulate failed")
                exit(1)
            }
            let speed = Double(long.steps - short.steps) / max(long.seconds - short.seconds, 1e-9)
            simulated.append(speed)
            bare.append(Double(task.steps) / loopSeconds)
            ratios.append(speed * loopSeconds / Double(task.steps))
        }
        let simulator = Measurement(simulated), loopSpeed = Measurement(bare), ratio = Measurement(ratios)
        print(
            "{\"benchmark\":\"simulation-\(task.environment)\",\"seed\":\(options.seed),\"steps\":\(task.steps),"
                + "\"simulated_steps_per_second\":\(simulator.json),\"c_loop_steps_per_second\":\(loopSpeed.json),"
                + "\"ratio\":\(ratio.json),\"bar\":0.9}")
        report(
            String(
                format: "simulating \(task.environment): %.0f steps a second, C loop %.0f, ratio %.3f "
                    + "(%.3f to %.3f); bar 0.9",
                simulator.median, loopSpeed.median, ratio.median, ratio.interval.low, ratio.interval.high))
    }
}
