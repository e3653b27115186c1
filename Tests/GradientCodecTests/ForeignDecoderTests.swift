import Bounded
import Foundation
import Testing

@testable import GradientCodec

/// The Python is written from `proto/PROTOCOL.md`, so it fails when the page does not say enough.
@Suite("A decoder in Python", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
struct ForeignDecoderTests {
    @Test("unpacks differences of lattice points")
    func lattice() throws {
        var generator = RandomGenerator(seed: 70)
        var memory = try TestMemory(megabytes: 2)
        var encoder = try LatticeEncoder(count: 900, arena: &memory.arena)
        let held = try memory.vector(900)
        for exponent in [-100, -9, 3] {
            let next = try memory.vector(generator.heavyTailed(900, spread: 3))
            let lattice = Lattice(exponent: exponent)
            for index in 0..<900 { next[index] *= lattice.step * 2 }
            lattice.round(next, to: next)
            let coded = encoder.encode(from: held, to: next, exponent: exponent)
            let packed = try #require(coded)
            let numbers = try Self.unpacked("lattice", 900, Array(packed.parameters), Array(packed.data))
            #expect(numbers == next.numbers)
        }
    }

    static let levels: [(name: String, codec: VectorCodec)] = [
        ("uniform", .uniform), ("qsgd", .qsgd), ("ternary", .ternary), ("natural", .natural), ("sign", .sign),
        ("grid", .grid), ("top-k", .topK),
    ]

    @Test("unpacks every codec of levels, plain and through the range coder", arguments: levels, [1, 2, 5, 8])
    func gradients(subject: (name: String, codec: VectorCodec), bits: Int) throws {
        var generator = RandomGenerator(seed: 71)
        for (bucketSize, isCoded) in [(64, true), (64, false), (0, true), (0, false)] {
            var settings = CodecSettings(subject.codec, bits: bits, bucketSize: bucketSize)
            settings.keptFraction = 0.1
            settings.usesEntropyCoding = isCoded
            // No multiple of a bucket, of five, or of the bits of a byte.
            let bench = try Bench(settings, count: 903)
            let packed = try bench.pack(generator.heavyTailed(903), &generator)
            let expected = try bench.unpack(packed)
            let numbers = try Self.unpacked(subject.name, 903, packed.parameters, packed.data)
            #expect(numbers == expected, "\(subject.name), bucket \(bucketSize), coded \(isCoded)")
        }
    }

    @Test("unpacks thin matrices, in the order of a policy's parameters", arguments: [1, 3])
    func lowRank(rank: Int) throws {
        // Layers of 11, 16 and 8 inputs and outputs; with rank 3 the last, 8 to 2, is no matrix any more.
        let widths = [11, 16, 8, 2]
        var matrices: [MatrixLayout.Matrix] = []
        var count = 0
        for (columns, rows) in zip(widths, widths.dropFirst()) {
            matrices.append(MatrixLayout.Matrix(offset: count, rows: rows, columns: columns))
            count += rows * (columns + 1)
        }
        count += 2
        let bench = try LowRankBench(matrices, rank: rank, count: count)
        var generator = RandomGenerator(seed: 72)
        let expected = try bench.roundTrip(generator.heavyTailed(count))
        let numbers = try Self.unpacked("low-rank", count, bench.parameters, bench.data, widths: widths)
        #expect(numbers == expected)
    }

    private static func unpacked(
        _ codec: String, _ count: Int, _ parameters: [UInt8], _ data: [UInt8], widths: [Int] = []
    ) throws -> [Float] {
        func hexadecimal(_ bytes: [UInt8]) -> String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/codecs.py").path,
            codec, "\(count)", hexadecimal(parameters), hexadecimal(data),
        ] + widths.map { "\($0)" }
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.split(separator: "\n").compactMap { Float($0) }
    }
}
