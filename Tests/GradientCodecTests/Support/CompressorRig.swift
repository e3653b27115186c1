import Bounded

@testable import GradientCodec

/// A compressor with its decoder and memory, fed with Swift arrays.
final class CompressorRig {
    /// What an offer led to, unpacked.
    enum Outcome: Equatable {
        case skip
        case send([Float], isInnovation: Bool)
    }

    let count: Int
    private var arena: Arena
    private var compressor: GradientCompressor
    private var decoder: VectorDecoder
    private var generator: RandomGenerator
    private let gradient: Vector
    private let output: Vector
    private(set) var lastCodec = VectorCodec.denseFloat32

    init(_ settings: UplinkSettings, count: Int, isShadow: Bool = false, seed: UInt64 = 1) throws {
        var arena = try Arena(limitBytes: 1 << 20 + 128 * count)
        compressor = try GradientCompressor(
            reserving: settings, isShadow: isShadow, count: count, layout: MatrixLayout(), arena: &arena)
        decoder = try VectorDecoder(largestCount: count, layout: MatrixLayout(), arena: &arena)
        gradient = try arena.vector(count, holder: "test")
        output = try arena.vector(count, holder: "test")
        generator = RandomGenerator(seed: seed)
        self.count = count
        self.arena = arena
    }

    var reservedVectors: Int {
        var bytes = 0
        for index in 0..<arena.plan.count {
            let holder = "\(arena.plan[index].holder)"
            if holder == "mirror" || holder == "feedback" { bytes += arena.plan[index].byteCount }
        }
        return bytes / (4 * count)
    }

    var mirror: [Float]? { compressor.hasMirror ? compressor.mirror?.numbers : nil }
    var residual: [Float]? { compressor.residual?.numbers }
    var momentum: [Float]? { compressor.momentum?.numbers }
    var checksum: UInt32 { compressor.mirrorChecksum }
    var reading: GateReading { compressor.reading }
    var gate: GateCounters { compressor.gate.counters }
    var resynchronisations: UInt64 { compressor.resynchronisations }
    var settings: UplinkSettings { compressor.settings }

    func offer(_ numbers: [Float], _ measures: GateMeasures = GateMeasures(), isWhole: Bool = false) throws -> Outcome {
        for (index, number) in numbers.enumerated() { gradient[index] = number }
        switch try compressor.offer(
            gradient, measures: measures, isWhole: isWhole, decoder: &decoder, generator: &generator)
        {
        case .skip: return .skip
        case .send(let packed, let isInnovation):
            lastCodec = packed.codec
            try decoder.decode(
                packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: output)
            return .send(output.numbers, isInnovation: isInnovation)
        }
    }

    func applied() { compressor.applied(decoder: &decoder) }
    func noted() { compressor.noted() }
    func dropped() { compressor.dropped() }
    func loseMirror() { compressor.loseMirror() }
    func adopt(_ settings: UplinkSettings) -> UplinkMemory? { compressor.adopt(settings) }
}

/// A codec by itself, for reference recursions: C(x).
final class PlainCodec {
    private let bench: Bench
    private var generator = RandomGenerator(seed: 1)

    init(_ settings: CodecSettings, count: Int) throws { bench = try Bench(settings, count: count) }

    func callAsFunction(_ numbers: [Float]) throws -> [Float] {
        try bench.unpack(try bench.pack(numbers, &generator))
    }
}
