import Bounded
import Testing

@testable import GradientCodec

@Suite("Entropy stage")
struct EntropyStageTests {
    /// A codec with its bits.
    struct Subject: Sendable, CustomTestStringConvertible {
        var codec: VectorCodec
        var bits = 8
        var testDescription: String { "\(codec), \(bits) bits" }

        func settings(coded: Bool) -> CodecSettings {
            var settings = CodecSettings(codec, bits: bits, bucketSize: 256)
            settings.usesEntropyCoding = coded
            return settings
        }
    }

    static let subjects: [Subject] =
        [VectorCodec.uniform, .qsgd, .grid].flatMap { codec in (1...8).map { Subject(codec: codec, bits: $0) } }
        + [Subject(codec: .ternary), Subject(codec: .sign), Subject(codec: .natural)]

    @Test("loses nothing, and never takes more bytes than the plain codes", arguments: subjects)
    func lossless(subject: Subject) throws {
        let seed = printedSeed("entropy stage, \(subject)")
        var numbers = RandomGenerator(seed: seed)
        var shorter = 0
        for count in Array(1...40) + [255, 256, 257, 1_000, 5_003] {
            let plain = try Bench(subject.settings(coded: false), count: count)
            let coded = try Bench(subject.settings(coded: true), count: count)
            for spread in [0.0, 2] {
                let vector = numbers.heavyTailed(count, spread: spread)
                var first = RandomGenerator(seed: seed, stream: UInt64(count))
                var second = first
                let expected = try plain.pack(vector, &first)
                let bytes = try coded.pack(vector, &second)
                #expect(try coded.unpack(bytes) == plain.unpack(expected))
                if bytes.parameters.count == expected.parameters.count {
                    #expect(bytes == expected)
                } else {
                    #expect(bytes.data.count < expected.data.count)
                    #expect(bytes.parameters == expected.parameters + [EntropyStage.mark])
                    shorter += 1
                }
            }
        }
        // Single signs and levels of one bit cannot be coded shorter.
        let isPossible = subject.codec != .sign && subject.bits > 1
        #expect(isPossible ? shorter > 10 : shorter == 0)
    }

    @Test("refuses hostile bytes", arguments: subjects.filter { $0.bits > 1 && $0.codec != .sign })
    func hostile(subject: Subject) throws {
        let seed = printedSeed("hostile entropy stage, \(subject)")
        var generator = RandomGenerator(seed: seed)
        let bench = try Bench(subject.settings(coded: true), count: 700)
        let packed = try bench.pack(generator.heavyTailed(700), &generator)
        // What is cut may by chance be what another vector would have been, the likelier the less is missing.
        var refused = 0
        for length in 0..<packed.data.count {
            let cut = Packed(parameters: packed.parameters, data: Array(packed.data[..<length]))
            do { #expect(try bench.unpack(cut).allSatisfy { $0.isFinite }) } catch { refused += 1 }
        }
        #expect(refused >= packed.data.count * 9 / 10)
        #expect(throws: CodecError.malformed) {
            try bench.unpack(Packed(parameters: packed.parameters, data: packed.data + [0]))
        }
        #expect(throws: CodecError.badParameters) {
            try bench.unpack(Packed(parameters: packed.parameters.dropLast() + [2], data: packed.data))
        }
        for _ in 0..<500 {
            var noise = packed
            for _ in 0..<(1 + generator.below(4)) {
                noise.data[generator.below(noise.data.count)] = UInt8(truncatingIfNeeded: generator.next())
            }
            if let numbers = try? bench.unpack(noise) { #expect(numbers.allSatisfy { $0.isFinite }) }
        }
    }

    @Test("takes the bits an element that its documentation says", arguments: subjects)
    func bits(subject: Subject) throws {
        var generator = RandomGenerator(seed: 77)
        let count = 65_536
        let plain = try Bench(subject.settings(coded: false), count: count)
        let coded = try Bench(subject.settings(coded: true), count: count)
        var line = "entropy stage, \(subject.testDescription):"
        for spread in [0.0, 1, 2] {
            let vector = generator.heavyTailed(count, spread: spread)
            let clock = ContinuousClock()
            let before = try plain.pack(vector, &generator)
            var after = try coded.pack(vector, &generator)
            let packing = try clock.measure { after = try coded.pack(vector, &generator) }
            let unpacking = try clock.measure { _ = try coded.unpack(after) }
            func bits(_ packed: Packed) -> Double { Double(packed.data.count * 8 * 1_000 / count) / 1_000 }
            line += " spread \(Int(spread)) \(bits(before)) -> \(bits(after)) bits"
            line += " (\(packing / count), \(unpacking / count) an element)"
            #expect(after.data.count <= before.data.count)
            if subject.codec == .ternary, spread == 0 { #expect(bits(after) < 1.35) }
        }
        print(line)
    }
}
