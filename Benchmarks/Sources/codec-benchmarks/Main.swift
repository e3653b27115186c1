// Purpose: what packing and unpacking a gradient costs, for every codec, beside one memcpy of its float32 elements in
// the same run on the same core.
//
// JSON lines go to standard output, the comparison for people to standard error.

import Bounded
import Foundation
import GradientCodec
import Measuring

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

@main
struct CodecBenchmarks {
    /// What the issue of compression asks of 8-bit and 4-bit uniform levels.
    static let bar = 2.0

    static func main() throws {
        let options = BenchmarkOptions.parsed(
            program: "codec-benchmarks", repetitions: 101, toyRepetitions: 5)
        for count in [5_000, 500_000] {
            report("\(count) elements: ns an element, and how many times memcpy's that is (95 % interval)")
            for (name, settings) in choices { try measure(name, settings, count: count, options) }
        }
        report(why)
    }

    /// Counted in the machine code of the AVX2 build.
    static let why = """
        Measured: the thread's processor time of packing, unpacking and one memcpy of the float32 vector, in turns; a
        ratio is of two neighbouring times. Where packing is above the bar: 32 codes of 8 bits take 57 vector
        instructions (20 draw random words, 16 round, 12 narrow and store, 8 find the bucket's largest magnitude, 1
        loads a constant), and each bucket its step; uniform-8-whole shows packing with a single bucket. Unpacking takes
        25 for 32 codes.
        """

    static func measure(_ name: String, _ settings: CodecSettings, count: Int, _ options: BenchmarkOptions) throws {
        var benchmark = try CodecBenchmark(settings, count: count, options: options)
        let result = try benchmark.measure(repetitions: options.repetitions)
        let hasBar = settings.codec == .uniform && (settings.bits == 8 || settings.bits == 4)
        var fields = ["\"benchmark\":\"codec-\(name)\"", "\"seed\":\(options.seed)", "\"elements\":\(count)"]
        fields.append("\"bits_per_element\":\(result.bitsPerElement)")
        fields.append("\"memcpy_seconds_per_element\":" + result.copy.json)
        fields.append("\"encode_seconds_per_element\":" + result.encode.json)
        fields.append("\"encode_ratio\":" + result.encodeRatio.json)
        fields.append("\"decode_seconds_per_element\":" + result.decode.json)
        fields.append("\"decode_ratio\":" + result.decodeRatio.json)
        if hasBar { fields.append("\"bar\":\(bar)") }
        print("{" + fields.joined(separator: ",") + "}")
        func column(_ time: Measuring.Measurement, _ ratio: Measuring.Measurement) -> String {
            let text = String(
                format: "%7.3f ns %6.2f (%.2f to %.2f)", time.median * 1e9, ratio.median, ratio.interval.low,
                ratio.interval.high)
            return text + (hasBar && ratio.median > bar ? " above the bar" : "")
        }
        let title = "  " + name.padding(toLength: 15, withPad: " ", startingAt: 0)
        let sizes = String(format: "%6.2f bits, memcpy %.3f ns;", result.bitsPerElement, result.copy.median * 1e9)
        report(title + sizes + " encode" + column(result.encode, result.encodeRatio) + "; decode"
            + column(result.decode, result.decodeRatio))
    }

    /// Every codec with its defaults, and what else has a bar or shows a cost.
    static var choices: [(String, CodecSettings)] {
        var all: [(String, CodecSettings)] = [
            ("dense-float32", CodecSettings(.denseFloat32)), ("dense-float16", CodecSettings(.denseFloat16)),
        ]
        for bits in [8, 4, 6, 2, 1] {
            var settings = CodecSettings(.uniform)
            settings.bits = bits
            all.append(("uniform-\(bits)", settings))
        }
        var whole = CodecSettings(.uniform)
        whole.bucketSize = 0
        all.append(("uniform-8-whole", whole))
        all += [
            ("qsgd-8", CodecSettings(.qsgd)), ("ternary", CodecSettings(.ternary)),
            ("natural", CodecSettings(.natural)), ("sign", CodecSettings(.sign)), ("grid-8", CodecSettings(.grid)),
        ]
        // The bars are those of plain codes; what coding them costs is shown beside.
        let coded = all.filter { ["uniform-8", "uniform-4", "uniform-2", "ternary", "natural"].contains($0.0) }
        for index in all.indices { all[index].1.usesEntropyCoding = false }
        all += coded.map { ($0.0 + "-coded", $0.1) } + [("top-k", CodecSettings(.topK))]
        return all
    }
}
