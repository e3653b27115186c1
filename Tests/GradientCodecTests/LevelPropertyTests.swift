import Bounded
import Testing

@testable import GradientCodec

/// Codecs of equal levels, and natural compression, over random vectors.
@Suite("Level codecs")
struct LevelPropertyTests {
    static let codecs: [VectorCodec] = [.uniform, .qsgd, .ternary, .natural, .sign, .grid]

    @Test("come within one level of each element over random lengths, bits and buckets", arguments: codecs)
    func property(codec: VectorCodec) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("\(codec) property: seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        for round in 0..<400 {
            let count = round < 100 ? round : generator.below(600)
            let buckets = [0, 1, 32, 64, 95, 256, 65_535]
            let settings = CodecSettings(
                codec, bits: 1 + generator.below(8), bucketSize: buckets[generator.below(buckets.count)])
            let bench = try Bench(settings, count: count)
            let numbers = (0..<count).map { _ in generator.below(4) == 0 ? 0 : Float(generator.normal()) }
            let back = try bench.roundTrip(numbers, &generator)
            let hasBuckets = settings.bucketSize != 0 && codec != .grid && codec != .natural
            let length = hasBuckets ? (settings.bucketSize + 31) / 32 * 32 : count
            for start in stride(from: 0, to: count, by: max(length, 1)) {
                let range = start..<min(start + length, count)
                let level = spacing(settings, Array(numbers[range]))
                for index in range {
                    let bound = codec == .natural ? abs(numbers[index]) : level
                    #expect(abs(numbers[index] - back[index]) <= bound * 1.0002, "\(settings) \(numbers) \(back)")
                }
            }
        }
    }

    /// The distance between two levels of a bucket; of `grid`, half of it.
    private func spacing(_ settings: CodecSettings, _ bucket: [Float]) -> Float {
        let largest = bucket.map { abs($0) }.max() ?? 0
        let norm = bucket.map { $0 * $0 }.reduce(0, +).squareRoot()
        let mean = bucket.map { abs($0) }.reduce(0, +) / Float(bucket.count)
        let levels = settings.bits == 1 ? 0.5 : Float((1 << (settings.bits - 1)) - 1)
        return switch settings.codec {
        case .uniform: largest / levels
        case .qsgd: norm / levels
        case .ternary: largest
        case .sign: max(mean, largest - mean)
        default: largest / Float((1 << settings.bits) - 1)
        }
    }
}
