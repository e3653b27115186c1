import Bounded
import Testing

@testable import GradientCodec

/// Means and variances over a million draws for each codec, with fixed seeds.
@Suite("Level codecs in the mean")
struct LevelStatisticsTests {
    static let subjects: [CodecSettings] = {
        var all: [CodecSettings] = (1...8).map { CodecSettings(.uniform, bits: $0, bucketSize: 256) }
        for bits in [1, 2, 4, 8] { all.append(CodecSettings(.qsgd, bits: bits, bucketSize: 128)) }
        all.append(CodecSettings(.ternary, bits: 8, bucketSize: 256))
        all.append(CodecSettings(.natural, bits: 8, bucketSize: 0))
        return all
    }()

    private static let count = 512
    private static let packings = 2_000

    @Test("unbiased ones err by nothing in the mean, and by no more than their variance bound", arguments: subjects)
    func unbiased(settings: CodecSettings) throws {
        var generator = RandomGenerator(seed: 4_711)
        let numbers = (0..<Self.count).map { _ in Float(generator.normal()) }
        let bench = try Bench(settings, count: Self.count)
        var sums = [Double](repeating: 0, count: Self.count), squares = sums
        for _ in 0..<Self.packings {
            for (index, number) in try bench.roundTrip(numbers, &generator).enumerated() {
                let error = Double(number) - Double(numbers[index])
                sums[index] += error
                squares[index] += error * error
            }
        }
        // Each element: five standard errors of the widest distribution between its two levels.
        let draws = Double(Self.packings)
        let widest = try spacings(settings, numbers)
        for index in 0..<Self.count {
            let bound: Double = 2.5 * widest[index] / draws.squareRoot() + 1e-6
            #expect(abs(sums[index]) / draws <= bound, "element \(index)")
        }
        // All of them toward zero or away from it: four standard errors, as measured.
        var outward = 0.0
        for (sum, number) in zip(sums, numbers) { outward += number < 0 ? -sum : sum }
        #expect(abs(outward) <= 4 * squares.reduce(0, +).squareRoot())

        let variance = squares.reduce(0, +) / draws
        let bound = varianceBound(settings, numbers)
        #expect(variance <= bound.value * 1.01, "\(variance), bound \(bound)")
        if bound.isExact { #expect(variance >= bound.value * 0.99, "\(variance), exactly \(bound)") }
    }

    @Test("sign contracts by exactly its δ in every bucket")
    func sign() throws {
        var generator = RandomGenerator(seed: 17)
        for bucket in [32, 64, 256] {
            let bench = try Bench(CodecSettings(.sign, bits: 1, bucketSize: bucket), count: bucket)
            for _ in 0..<100 {
                let numbers = (0..<bucket).map { _ in Float(generator.normal() * generator.normal()) }
                let back = try bench.roundTrip(numbers, &generator)
                var error = 0.0, square = 0.0, length = 0.0
                for (number, other) in zip(numbers, back) {
                    error += Double(number - other) * Double(number - other)
                    square += Double(number) * Double(number)
                    length += Double(abs(number))
                }
                let delta = length * length / (Double(bucket) * square)
                #expect(abs(error / square - (1 - delta)) < 1e-5)
                #expect(error < square)
            }
        }
    }

    @Test("grid errs by at most τR anywhere, for all bits")
    func grid() throws {
        var generator = RandomGenerator(seed: 18)
        for bits in 1...8 {
            let bench = try Bench(CodecSettings(.grid, bits: bits, bucketSize: 0), count: 10_000)
            let numbers = (0..<10_000).map { _ in Float(generator.uniform(-1, 1)) }
            let radius = numbers.map { abs($0) }.max() ?? 0
            let bound = radius / Float((1 << bits) - 1)
            let back = try bench.roundTrip(numbers, &generator)
            let worst = zip(numbers, back).map { abs($0 - $1) }.max() ?? 0
            #expect(worst <= bound * (1 + 0x1p-13) && worst > bound * 0.9)
        }
    }

    /// What lies between the two levels beside each element.
    private func spacings(_ settings: CodecSettings, _ numbers: [Float]) throws -> [Double] {
        guard settings.codec != .natural else { return numbers.map { Double(abs($0)) } }
        let levels = settings.codec == .ternary ? 1 : settings.bits == 1 ? 0.5 : Double((1 << (settings.bits - 1)) - 1)
        return buckets(settings, numbers).flatMap { bucket in
            let scale = settings.codec == .qsgd ? bucket.norm : bucket.largest
            return [Double](repeating: scale / levels, count: Int(bucket.count))
        }
    }

    private func varianceBound(_ settings: CodecSettings, _ numbers: [Float]) -> (value: Double, isExact: Bool) {
        let levels = Double((1 << (settings.bits - 1)) - 1)
        let bounds: [Double] = buckets(settings, numbers).map { bucket in
            let square = bucket.norm * bucket.norm
            let box = bucket.count * bucket.largest * bucket.largest
            switch (settings.codec, settings.bits) {
            case (.natural, _): return square / 8
            case (.ternary, _): return bucket.largest * bucket.sum - square
            case (.qsgd, 1): return (bucket.count - 1) * square
            case (.qsgd, _): return min(bucket.count / (levels * levels), bucket.count.squareRoot() / levels) * square
            case (_, 1): return box - square
            default: return box / (4 * levels * levels)
            }
        }
        let isExact = settings.codec == .ternary || (settings.bits == 1 && settings.codec != .natural)
        return (bounds.reduce(0, +), isExact)
    }

    /// What the bounds of a bucket are made of.
    private struct Bucket {
        var count: Double, largest: Double, norm: Double, sum: Double
    }

    private func buckets(_ settings: CodecSettings, _ numbers: [Float]) -> [Bucket] {
        let length = settings.codec == .natural ? numbers.count : settings.bucketSize
        return stride(from: 0, to: numbers.count, by: length).map { start in
            let part = numbers[start..<min(start + length, numbers.count)].map { Double(abs($0)) }
            return Bucket(
                count: Double(part.count), largest: part.max() ?? 0,
                norm: part.map { $0 * $0 }.reduce(0, +).squareRoot(), sum: part.reduce(0, +))
        }
    }
}
