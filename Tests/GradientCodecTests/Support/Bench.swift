import Bounded
import PolicyKernels
import Testing

@testable import GradientCodec

/// Which build of the kernels packs and unpacks.
enum KernelBuild: CaseIterable, Sendable {
    case baseline, suited
    var kernels: CodecKernelTable { self == .baseline ? baselineCodecKernels() : suitedCodecKernels() }
}

/// A vector packed, in memory of its own.
struct Packed: Equatable {
    var parameters: [UInt8]
    var data: [UInt8]
}

/// An encoder and a decoder of one length, with the arena that they live in.
final class Bench {
    private var arena: Arena
    private var encoder: VectorEncoder
    private var decoder: VectorDecoder
    private let input: Vector
    private let output: Vector
    let codec: VectorCodec

    init(_ settings: CodecSettings, count: Int, build: KernelBuild = .suited) throws {
        var arena = try Arena(limitBytes: 1 << 20 + 32 * count)
        encoder = try VectorEncoder(
            settings: settings, count: count, layout: MatrixLayout(), kernels: build.kernels, arena: &arena)
        decoder = try VectorDecoder(
            largestCount: count, layout: MatrixLayout(), kernels: build.kernels, arena: &arena)
        input = try arena.vector(count, holder: "input")
        output = try arena.vector(count, holder: "output")
        codec = settings.codec
        self.arena = arena
    }

    func pack(_ numbers: [Float], _ generator: inout RandomGenerator) throws -> Packed {
        for (index, number) in numbers.enumerated() { input[index] = number }
        let packed = try encoder.encode(input, generator: &generator)
        #expect(packed.codec == codec && packed.count == numbers.count)
        #expect(
            codec.admits(
                count: packed.count, parameterByteCount: packed.parameters.count, dataByteCount: packed.data.count))
        return Packed(parameters: Array(packed.parameters), data: Array(packed.data))
    }

    func unpack(_ packed: Packed) throws -> [Float] {
        output.fill(-7)
        // At the end of a block of its own, so that a reader that goes too far is found by the address sanitiser.
        try packed.data.withUnsafeBytes { data in
            try packed.parameters.withUnsafeBytes { parameters in
                try decoder.decode(codec, count: output.count, parameters: parameters, data: data, into: output)
            }
        }
        return Array(output.buffer)
    }

    func roundTrip(_ numbers: [Float], _ generator: inout RandomGenerator) throws -> [Float] {
        try unpack(try pack(numbers, &generator))
    }
}

extension CodecSettings {
    /// Settings of `codec` with these bits and bucket, and plain codes.
    init(_ codec: VectorCodec, bits: Int, bucketSize: Int) {
        self.init(codec)
        self.bits = bits
        self.bucketSize = bucketSize
        usesEntropyCoding = false
    }
}
