import Bounded
import CKernelComparison
import Glibc
import GradientCodec
import Measuring

/// One codec at one length: packing and unpacking, each against copying the vector, in turns.
struct CodecBenchmark: ~Copyable {
    /// Seconds an element, and how often that is the copy's.
    struct Result {
        var copy: Measurement
        var encode: Measurement
        var decode: Measurement
        var encodeRatio: Measurement
        var decodeRatio: Measurement
        var bitsPerElement: Double
    }

    private var arena: Arena
    private var encoder: VectorEncoder
    private var decoder: VectorDecoder
    private var generator: RandomGenerator
    private let codec: VectorCodec
    private let input: Vector
    private let output: Vector
    private let inner: Int

    init(_ settings: CodecSettings, count: Int, options: BenchmarkOptions) throws {
        var arena = try Arena(limitBytes: 1 << 20 + 64 * count)
        var layout = MatrixLayout()
        _ = layout.append(MatrixLayout.Matrix(offset: 0, rows: count / 50, columns: 50))
        let encoder = try VectorEncoder(settings: settings, count: count, layout: layout, arena: &arena)
        let decoder = try VectorDecoder(largestCount: count, layout: layout, arena: &arena)
        let input = try arena.vector(count, holder: "input")
        let output = try arena.vector(count, holder: "output")
        var generator = RandomGenerator(seed: options.seed)
        for index in 0..<count { input[index] = Float(generator.normal()) }
        self.arena = arena
        self.encoder = encoder
        self.decoder = decoder
        self.generator = generator
        self.input = input
        self.output = output
        codec = settings.codec
        inner = options.isToy ? 1 : max(1, 2_000_000 / count)
    }

    /// Measures `repetitions` times.
    mutating func measure(repetitions: Int) throws -> Result {
        var copies = [Double](), encodes = [Double](), decodes = [Double]()
        var encodeRatios = [Double](), decodeRatios = [Double]()
        let elements = Double(inner * input.count)
        var bits = 0.0
        for repetition in 0..<(repetitions + 3) {
            let start = comparison_thread_seconds()
            for _ in 0..<inner { memcpy(output.base, input.base, input.count * 4) }
            let encodeStart = comparison_thread_seconds()
            for _ in 1..<inner { _ = try encoder.encode(input, generator: &generator) }
            let packed = try encoder.encode(input, generator: &generator)
            let decodeStart = comparison_thread_seconds()
            for _ in 0..<inner {
                try decoder.decode(
                    codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: output)
            }
            let end = comparison_thread_seconds()
            bits = Double(packed.parameters.count + packed.data.count) * 8 / Double(packed.count)
            // The first rounds warm up.
            guard repetition >= 3 else { continue }
            copies.append((encodeStart - start) / elements)
            encodes.append((decodeStart - encodeStart) / elements)
            decodes.append((end - decodeStart) / elements)
            encodeRatios.append((decodeStart - encodeStart) / (encodeStart - start))
            decodeRatios.append((end - decodeStart) / (encodeStart - start))
        }
        return Result(
            copy: Measurement(copies), encode: Measurement(encodes), decode: Measurement(decodes),
            encodeRatio: Measurement(encodeRatios), decodeRatio: Measurement(decodeRatios), bitsPerElement: bits)
    }
}
