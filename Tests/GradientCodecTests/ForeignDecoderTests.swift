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

    @Test("unpacks top-k, natural compression and uniform levels", arguments: [1, 2, 5, 8])
    func gradients(bits: Int) throws {
        var generator = RandomGenerator(seed: 71)
        let subjects: [(String, VectorCodec)] = [("top-k", .topK), ("natural", .natural), ("uniform", .uniform)]
        for (name, codec) in subjects where codec != .uniform || bits > 1 {
            var settings = CodecSettings(codec, bits: bits, bucketSize: 64)
            settings.keptFraction = 0.1
            settings.usesEntropyCoding = true
            let bench = try Bench(settings, count: 900)
            let packed = try bench.pack(generator.heavyTailed(900), &generator)
            let expected = try bench.unpack(packed)
            #expect(try Self.unpacked(name, 900, packed.parameters, packed.data) == expected, "\(name)")
        }
    }

    private static func unpacked(
        _ codec: String, _ count: Int, _ parameters: [UInt8], _ data: [UInt8]
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
        ]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.split(separator: "\n").compactMap { Float($0) }
    }
}
