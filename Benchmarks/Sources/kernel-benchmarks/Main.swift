// Purpose: the two bars of the policy's kernels, each against something measured in the same run on the same core.
//
// - One observation forward through 11-64-64-3: at most the time of a register-blocked AVX2 version in C.
// - The policy gradient of 1,000 stored steps of that network: at least half of the core's peak of single-precision
//   fused multiply-adds.
//
// JSON lines go to standard output, the comparison for people to standard error.

import Bounded
import CKernelComparison
import Foundation
import Measuring
import PolicyMath

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

@main
struct KernelBenchmarks {
    static func main() throws {
        let options = BenchmarkOptions.parsed(
            program: "kernel-benchmarks", repetitions: 201, toyRepetitions: 5)
        let specification = PolicySpecification(distribution: .gaussian, observationCount: 11, actionCount: 3)
        try measureForward(specification, options)
        try measureGradient(specification, options)
    }

    static func measureForward(_ specification: PolicySpecification, _ options: BenchmarkOptions) throws {
        var arena = try Arena(limitBytes: 16 << 20)
        var benchmark = try ForwardBenchmark(specification, options: options, arena: &arena)
        let difference = benchmark.difference()
        guard difference < 1e-5 else {
            report("the two forward passes differ by \(difference)")
            exit(1)
        }
        let result = benchmark.measure(repetitions: options.repetitions)
        print(
            "{\"benchmark\":\"forward-11-64-64-3\",\"seed\":\(options.seed),\"swift_seconds\":\(result.swift.json),"
                + "\"c_seconds\":\(result.c.json),\"ratio\":\(result.ratio.json),\"bar\":1.0,"
                + "\"c_fixed_widths_seconds\":\(result.fixed.json),\"ratio_fixed_widths\":\(result.fixedRatio.json)}")
        report(
            String(
                format: "forward 11-64-64-3, one observation: Swift %.1f ns, C %.1f ns, "
                    + "ratio %.3f (%.3f to %.3f); bar 1.0",
                result.swift.median * 1e9, result.c.median * 1e9, result.ratio.median, result.ratio.interval.low,
                result.ratio.interval.high))
        report(
            String(
                format: "  (C with all widths known when compiled: %.1f ns, ratio %.3f, %.3f to %.3f)",
                result.fixed.median * 1e9, result.fixedRatio.median, result.fixedRatio.interval.low,
                result.fixedRatio.interval.high))
    }

    static func measureGradient(_ specification: PolicySpecification, _ options: BenchmarkOptions) throws {
        var arena = try Arena(limitBytes: 16 << 20)
        var benchmark = try GradientBenchmark(specification, options: options, arena: &arena)
        let sink = UnsafeMutablePointer<Float>.allocate(capacity: 8)
        defer { sink.deallocate() }
        var rates = [Double](), peaks = [Double](), shares = [Double]()
        for repetition in 0..<(options.repetitions + 5) {
            let rate = benchmark.rate()
            var operations: UInt64 = 0
            let time = seconds { operations = comparison_peak(options.isToy ? 1000 : 100_000, sink) }
            guard repetition >= 5 else { continue }
            rates.append(rate)
            peaks.append(Double(operations) / time)
            shares.append(rate * time / Double(operations))
        }
        let rate = Measurement(rates), peak = Measurement(peaks), share = Measurement(shares)
        print(
            "{\"benchmark\":\"policy-gradient-11-64-64-3\",\"seed\":\(options.seed),"
                + "\"operations_per_sample\":\(benchmark.operationsPerSample),\"operations_per_second\":\(rate.json),"
                + "\"peak_per_second\":\(peak.json),\"share_of_peak\":\(share.json),\"bar\":0.5}")
        report(
            String(
                format: "policy gradient of 1,000 steps: %.1f GFlop/s of %.1f peak, share %.3f (%.3f to %.3f); bar 0.5",
                rate.median / 1e9, peak.median / 1e9, share.median, share.interval.low, share.interval.high))
    }
}
