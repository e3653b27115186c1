import Bounded
import Testing

@testable import GradientCodec

/// Bytes that every machine and every other implementation must make or understand.
@Suite("Level codecs' bytes")
struct LevelGoldenTests {
    @Test("grid of two bits: a step of a third of the largest, four codes to a byte", arguments: KernelBuild.allCases)
    func grid(build: KernelBuild) throws {
        // R = 3, levels −3, −1, 1, 3; step 1.
        let packed = try pack(CodecSettings(.grid, bits: 2, bucketSize: 0), [3, -3, 0.9, -1.2, 2.1], build)
        #expect(packed.parameters == [2])
        #expect(packed.data == [0, 0, 0x80, 0x3f, 0b01_10_00_11, 0b11])
        #expect(try unpack(.grid, packed, count: 5, build) == [3, -3, 1, -1, 3])
    }

    @Test("sign: the mean magnitude, and a bit that is set for what is positive", arguments: KernelBuild.allCases)
    func sign(build: KernelBuild) throws {
        let packed = try pack(
            CodecSettings(.sign, bits: 1, bucketSize: 0), [1, -2, 3, -4, 0, -0.0, 5, 6, -3], build)
        #expect(packed.parameters == [0, 0])
        #expect(packed.data == [0xab, 0xaa, 0x2a, 0x40, 0b1101_0101, 0])
        let mean = Float(24) / 9
        #expect(
            try unpack(.sign, packed, count: 9, build) == [mean, -mean, mean, -mean, mean, -mean, mean, mean, -mean])
    }

    @Test("uniform of eight bits: whole levels are kept, a scale for each bucket", arguments: KernelBuild.allCases)
    func uniform(build: KernelBuild) throws {
        let numbers: [Float] = (0..<32).map { Float($0 * 4) } + ([-127, 1, 0] as [Float])
        var expected = numbers
        // The first bucket's largest is 124: its levels are 124/127 apart, and its own elements lie between them.
        let packed = try pack(CodecSettings(.uniform, bits: 8, bucketSize: 20), numbers, build)
        #expect(packed.parameters == [8, 1, 0])
        #expect(Array(packed.data[..<8]) == [0xe8, 0xf3, 0x79, 0x3f, 0, 0, 0x80, 0x3f])
        #expect(Array(packed.data[40...]) == [0, 128, 127])
        #expect(packed.data[8] == 127 && packed.data[39] == 254)
        expected.replaceSubrange(1..<31, with: try unpack(.uniform, packed, count: 35, build)[1..<31])
        #expect(try unpack(.uniform, packed, count: 35, build) == expected)
    }

    @Test("ternary: five digits to base three in a byte, the first of them the least", arguments: KernelBuild.allCases)
    func ternary(build: KernelBuild) throws {
        let packed = try pack(
            CodecSettings(.ternary, bits: 8, bucketSize: 0), [2, -2, 0, 2, -2, 0, 2], build)
        #expect(packed.parameters == [0, 0])
        #expect(packed.data == [0, 0, 0, 0x40, 2 + 0 + 9 + 54 + 0, 1 + 6])
        #expect(try unpack(.ternary, packed, count: 7, build) == [2, -2, 0, 2, -2, 0, 2])
    }

    @Test("natural: sign, and exponent above the base that the parameters hold", arguments: KernelBuild.allCases)
    func natural(build: KernelBuild) throws {
        // The largest has the exponent 130: the base is 4, so that 131 is 127.
        let settings = CodecSettings(.natural, bits: 8, bucketSize: 0)
        let packed = try pack(settings, [8, -1, 0, -0.0, 0.5, 0x1p-122, 0x1p-123], build)
        #expect(packed.parameters == [4])
        #expect(packed.data == [126, 128 + 123, 0, 128, 122, 1, 0])
        #expect(try unpack(.natural, packed, count: 7, build) == [8, -1, 0, 0, 0.5, 0x1p-122, 0])
    }

    @Test("random levels of one seed are the same bytes in both builds of the kernels", arguments: KernelBuild.allCases)
    func seeded(build: KernelBuild) throws {
        let numbers: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1]
        for (codec, bits, data) in Self.seededBytes {
            let packed = try pack(CodecSettings(codec, bits: bits, bucketSize: 64), numbers, build)
            #expect(packed.data == data, "\(codec) \(bits)")
        }
    }

    /// Made by a program in Python, from the description of the random lanes and the rounding alone.
    static let seededBytes: [(VectorCodec, Int, [UInt8])] = [
        (.uniform, 8, [4, 2, 1, 60, 139, 102, 165, 77, 191, 51, 216, 26, 242, 0]),
        (.uniform, 4, [37, 73, 18, 62, 103, 89, 59, 44, 14]),
        (.uniform, 3, [171, 170, 170, 62, 19, 213, 56, 6]),
        (.uniform, 1, [0, 0, 128, 63, 92, 1]),
        (.qsgd, 4, [67, 132, 143, 62, 103, 104, 89, 74, 75]),
        (.ternary, 8, [0, 0, 128, 63, 202, 69]),
        (.natural, 8, [123, 252, 124, 252, 125, 253, 126, 254, 126, 254]),
    ]

    private func pack(_ settings: CodecSettings, _ numbers: [Float], _ build: KernelBuild) throws -> Packed {
        var generator = RandomGenerator(seed: 1)
        return try Bench(settings, count: numbers.count, build: build).pack(numbers, &generator)
    }

    private func unpack(_ codec: VectorCodec, _ packed: Packed, count: Int, _ build: KernelBuild) throws -> [Float] {
        try Bench(CodecSettings(codec), count: count, build: build).unpack(packed)
    }
}
