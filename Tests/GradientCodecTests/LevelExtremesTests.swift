import Bounded
import Testing

@testable import GradientCodec

/// Where numbers end: zeros, subnormals, the largest, what is not finite, and bytes that nobody packed.
@Suite("Level codecs at the ends")
struct LevelExtremesTests {
    static let codecs: [VectorCodec] = [.uniform, .qsgd, .ternary, .natural, .sign, .grid]

    @Test("zeros, of either sign, stay zeros", arguments: codecs)
    func zeros(codec: VectorCodec) throws {
        try forAll(codec) { bench, generator, count in
            let numbers: [Float] = (0..<count).map { $0 % 3 == 0 ? -0.0 : 0 }
            let back = try bench.roundTrip(numbers, &generator)
            #expect(back.allSatisfy { $0 == 0 })
        }
    }

    @Test("a bucket of numbers below 2⁻⁹⁶ becomes zeros, or errs by less than they are", arguments: codecs)
    func subnormal(codec: VectorCodec) throws {
        try forAll(codec) { bench, generator, count in
            let numbers: [Float] = (0..<count).map { _ in
                let sign = UInt32(generator.below(2)) << 31
                return Float(bitPattern: sign | UInt32(generator.below(1 << 23)))
            }
            let back = try bench.roundTrip(numbers, &generator)
            #expect(back.allSatisfy { abs($0) <= 0x1p-126 })
        }
    }

    @Test("the largest numbers do not overflow", arguments: codecs)
    func huge(codec: VectorCodec) throws {
        let most = Float.greatestFiniteMagnitude
        try forAll(codec) { bench, generator, count in
            let ends: [Float] = [most, -most, most.nextDown, 0, 1, -most / 3, 0x1p127]
            let numbers: [Float] = (0..<count).map { ends[$0 % 7] }
            let back = try bench.roundTrip(numbers, &generator)
            #expect(back.allSatisfy { $0.isFinite })
        }
    }

    @Test("an infinity or NaN anywhere is refused", arguments: codecs)
    func notFinite(codec: VectorCodec) throws {
        var generator = RandomGenerator(seed: 3)
        for count in [1, 31, 32, 33, 256, 300] {
            let bench = try Bench(CodecSettings(codec, bits: 4, bucketSize: 64), count: count)
            for bad in [Float.infinity, -.infinity, .nan, -.nan, .signalingNaN] {
                for position in Set([0, count / 2, count - 1]) {
                    var numbers = [Float](repeating: 1, count: count)
                    numbers[position] = bad
                    #expect(throws: CodecError.notFinite) { try bench.pack(numbers, &generator) }
                }
            }
        }
    }

    @Test("both builds of the kernels make the same bytes, and the same numbers of them", arguments: codecs)
    func builds(codec: VectorCodec) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("\(codec) in both builds: seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        for _ in 0..<200 {
            let count = generator.below(600)
            let settings = CodecSettings(codec, bits: 1 + generator.below(8), bucketSize: 32 * generator.below(6))
            let baseline = try Bench(settings, count: count, build: .baseline)
            let suited = try Bench(settings, count: count, build: .suited)
            let scale = Float(sign: .plus, exponent: generator.below(250) - 124, significand: 1)
            let numbers: [Float] = (0..<count).map { _ in
                let number = Float(generator.normal()) * scale
                return number.isFinite ? number : 0
            }
            var copy = generator
            let packed = try baseline.pack(numbers, &generator)
            #expect(try suited.pack(numbers, &copy) == packed)
            let one = try baseline.unpack(packed), other = try suited.unpack(packed)
            #expect(one.map(\.bitPattern) == other.map(\.bitPattern))
        }
    }

    @Test("random bytes are refused or become finite numbers", arguments: codecs)
    func hostile(codec: VectorCodec) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("hostile \(codec): seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        var accepted = 0
        for round in 0..<6_000 {
            let count = generator.below(150)
            let settings = CodecSettings(codec, bits: 1 + generator.below(8), bucketSize: 32 * generator.below(4))
            let bench = try Bench(settings, count: count, build: round % 2 == 0 ? .suited : .baseline)
            var packed = try bench.pack([Float](repeating: 1, count: count), &generator)
            func noise(_ bytes: inout [UInt8]) {
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: generator.next()) }
            }
            switch round % 6 {
            case 0: noise(&packed.data)
            case 1: noise(&packed.parameters)
            case 2: packed.data.removeLast(min(packed.data.count, 1 + generator.below(8)))
            case 3: packed.data.append(contentsOf: [UInt8](repeating: 0, count: 1 + generator.below(8)))
            case 4: packed.parameters.append(contentsOf: [UInt8](repeating: 1, count: 1 + generator.below(3)))
            default:
                guard !packed.data.isEmpty else { break }
                packed.data[generator.below(packed.data.count)] ^= 1 << UInt8(generator.below(8))
            }
            do {
                let back = try bench.unpack(packed)
                #expect(back.allSatisfy { $0.isFinite })
                accepted += 1
            } catch is CodecError {}
        }
        #expect(accepted > 100)
    }

    @Test("steps that are negative, endless or too large, codes beyond the last level and bits behind it are refused")
    func malformed() throws {
        func unpack(_ codec: VectorCodec, _ parameters: [UInt8], _ data: [UInt8], count: Int) throws -> [Float] {
            try Bench(CodecSettings(codec), count: count).unpack(Packed(parameters: parameters, data: data))
        }
        let one: [UInt8] = [0, 0, 0x80, 0x3f]
        #expect(try unpack(.uniform, [8, 0, 0], one + [254, 0], count: 2) == [127, -127])
        #expect(throws: CodecError.malformed) { try unpack(.uniform, [8, 0, 0], one + [255, 0], count: 2) }
        #expect(throws: CodecError.malformed) { try unpack(.uniform, [4, 0, 0], one + [0x0f], count: 2) }
        #expect(throws: CodecError.malformed) { try unpack(.uniform, [4, 0, 0], one + [0x10], count: 1) }
        #expect(throws: CodecError.malformed) { try unpack(.ternary, [0, 0], one + [243], count: 5) }
        #expect(throws: CodecError.malformed) { try unpack(.ternary, [0, 0], one + [9], count: 2) }
        let steps: [[UInt8]] =
            [[0, 0, 0x80, 0xbf], [0, 0, 0x80, 0x7f], [0, 0, 0xc0, 0x7f], [0, 0, 0, 0x7e], [0, 0, 0, 0x80]]
        for step: [UInt8] in steps {
            #expect(throws: CodecError.malformed) { try unpack(.uniform, [8, 0, 0], step + [1, 1], count: 2) }
        }
        #expect(throws: CodecError.badParameters) { try unpack(.uniform, [9, 0, 0], one + [1, 1], count: 2) }
        #expect(throws: CodecError.badParameters) { try unpack(.grid, [0], one + [1, 1], count: 2) }
        #expect(throws: CodecError.badParameters) { try unpack(.natural, [128], [1, 1], count: 2) }
        #expect(throws: CodecError.wrongByteCount(neededBytes: 6, actualBytes: 5)) {
            try unpack(.uniform, [8, 0, 0], one + [1], count: 2)
        }
        // Two buckets have two steps.
        #expect(throws: CodecError.wrongByteCount(neededBytes: 48, actualBytes: 44)) {
            try unpack(.uniform, [8, 1, 0], one + [UInt8](repeating: 127, count: 40), count: 40)
        }
    }

    /// Runs `body` for all bits, some buckets and some lengths.
    private func forAll(
        _ codec: VectorCodec, _ body: (Bench, inout RandomGenerator, Int) throws -> Void
    ) throws {
        var generator = RandomGenerator(seed: 99)
        for bits in 1...8 {
            for (count, bucket) in [(1, 0), (32, 32), (33, 32), (257, 64), (600, 0)] {
                let bench = try Bench(CodecSettings(codec, bits: bits, bucketSize: bucket), count: count)
                try body(bench, &generator, count)
            }
        }
    }
}
