// Purpose: how many Hopper steps a second the agent's sampling makes, against a bare loop of mj_step in C.
//
// A round is one batch as the agent samples it: the policy acts, the plug-in steps, observation and reward are
// recorded for the gradient. Then the C loop repeats the very same steps, from the same states with the same controls,
// and does nothing else. Rounds alternate, so a change of the machine's speed meets both.
//
// JSON goes to standard output, the comparison for people to standard error.

import Bounded
import CSimulationComparison
import Foundation
import Measuring

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

@main
struct SamplingBenchmarks {
    static func main() throws {
        let options = BenchmarkOptions.parsed(
            program: "sampling-benchmarks", repetitions: 60, toyRepetitions: 3, needed: ["plugin", "models"])
        let batchSteps = options.isToy ? 50 : 1_000
        guard let bare = simulation_comparison_open(options["models"] + "/hopper.xml") else { exit(66) }
        defer { simulation_comparison_close(bare) }
        var recording = Recording(batchSteps: batchSteps)
        var arena = try Arena(limitBytes: 64 << 20)
        var sampler = try HopperSampler(options, batchSteps: batchSteps, arena: &arena)
        var sampling = [Double](), stepping = [Double](), ratios = [Double](), worst = 0.0
        for round in 0..<(options.repetitions + 2) {
            recording.clear()
            let samplingSeconds = try sampler.sample(into: &recording)
            let steppingSeconds = seconds { recording.replay(on: bare) }
            worst = max(worst, abs(simulation_comparison_position(bare, 1) - sampler.height))
            guard round >= 2 else { continue }  // warm-up
            sampling.append(Double(batchSteps) / samplingSeconds)
            stepping.append(Double(batchSteps) / steppingSeconds)
            ratios.append(steppingSeconds / samplingSeconds)
        }
        guard worst == 0 else {
            report("the two loops did not simulate the same: they differ by \(worst)")
            exit(1)
        }
        let agent = Measurement(sampling), loop = Measurement(stepping), ratio = Measurement(ratios)
        print(
            "{\"benchmark\":\"sampling-hopper\",\"seed\":\(options.seed),\"batch_steps\":\(batchSteps),"
                + "\"agent_steps_per_second\":\(agent.json),\"mj_step_loop_steps_per_second\":\(loop.json),"
                + "\"ratio\":\(ratio.json),\"bar\":0.95}")
        report(
            String(
                format: "sampling Hopper: %.0f steps a second, bare mj_step loop %.0f, "
                    + "ratio %.3f (%.3f to %.3f); bar 0.95",
                agent.median, loop.median, ratio.median, ratio.interval.low, ratio.interval.high))
    }
}
