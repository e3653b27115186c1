import Bounded
import Testing

@testable import GradientCodec

@Suite("Lattice")
struct LatticeTests {
    @Test("rounds to the nearest multiple, ties to even, with no negative zero")
    func rounding() throws {
        var bench = try TestMemory(megabytes: 1)
        let vector = try bench.vector([
            0.25, 0.75, -0.25, -0.75, 0.2, 0.3, -0.1, -0.0, 1.25, 8_388_607.5, -16_777_215 / 2, 0.24999999,
        ])
        #expect(Lattice(exponent: -1).round(vector, to: vector) == 0)
        let rounded: [Float] = [0, 1, 0, -1, 0, 0.5, 0, 0, 1, 8_388_607.5, -8_388_607.5, 0]
        #expect(vector.numbers == rounded)
        #expect(vector.bits[2] == 0 && vector.bits[7] == 0)
    }

    @Test("is at most half a step away over every exponent, and saturates beyond its last multiple")
    func reach() throws {
        let seed = printedSeed("lattice rounding")
        var generator = RandomGenerator(seed: seed)
        var bench = try TestMemory(megabytes: 1)
        let vector = try bench.vector(64)
        let point = try bench.vector(64)
        for exponent in Lattice.exponents {
            let lattice = Lattice(exponent: exponent)
            for index in 0..<64 { vector[index] = Float(generator.normal()) * lattice.step * 3_000 }
            #expect(lattice.round(vector, to: point) == 0)
            for index in 0..<64 {
                #expect(abs(vector[index] - point[index]) <= lattice.step / 2)
                #expect(lattice.multiple(point[index]) != nil)
            }
            vector.fill(lattice.step * 0x1p25)
            vector[1] = -.infinity
            vector[2] = .nan
            vector[3] = lattice.step * (0x1p24 - 1)
            #expect(lattice.round(vector, to: point) == 63)
            #expect(point[0] == lattice.step * Lattice.largestMultiple)
            #expect(point[1] == -lattice.step * Lattice.largestMultiple)
            #expect(point[3] == vector[3])
        }
    }

    @Test("leads from any version to any other, bit for bit, over random walks", arguments: [1, 17, 4_868])
    func walks(count: Int) throws {
        let seed = printedSeed("lattice walk")
        var generator = RandomGenerator(seed: seed)
        var bench = try TestMemory()
        var encoder = try LatticeEncoder(count: count, arena: &bench.arena)
        var decoder = try VectorDecoder(largestCount: 0, layout: MatrixLayout(), arena: &bench.arena)
        let lattice = Lattice(exponent: -9)
        let exact = try bench.vector((0..<count).map { _ in Float(generator.normal()) })
        var versions: [Vector] = []
        for _ in 0..<8 {
            let point = try bench.vector(count)
            lattice.round(exact, to: point)
            versions.append(point)
            for index in 0..<count { exact[index] += Float(generator.normal()) * 0.002 * Float(generator.below(3)) }
        }
        let held = try bench.vector(count)
        var coded = 0
        for old in versions.indices {
            for new in versions.indices {
                held.copy(from: versions[old])
                // A vector of one or two elements may take more bytes than dense.
                guard let packed = encoder.encode(from: versions[old], to: versions[new], exponent: -9) else {
                    #expect(count < 4)
                    continue
                }
                coded += 1
                try decoder.add(parameters: packed.parameters, data: packed.data, to: held)
                #expect(held.bits == versions[new].bits)
                #expect(packed.data.count < 4 * count)
                if count > 1_000, old + 1 == new {
                    #expect(packed.data.count * 8 < count * 3)
                }
            }
        }
        #expect(coded >= 8)
    }

    @Test("says so when a difference is not worth coding, or cannot be coded")
    func fallBack() throws {
        var generator = RandomGenerator(seed: 3)
        var bench = try TestMemory(megabytes: 1)
        var encoder = try LatticeEncoder(count: 100, arena: &bench.arena)
        let zero = try bench.vector(100)
        let far = try bench.vector((0..<100).map { _ in Float(generator.below(1 << 24)) })
        var size = encoder.encode(from: zero, to: far, exponent: 0)?.data.count
        #expect(size != nil)
        for index in 0..<100 { far[index] = Float(generator.below(1 << 24)) - 0x1p23 }
        let near = try bench.vector(far.numbers)
        near[50] += 1
        size = encoder.encode(from: near, to: far, exponent: 0)?.data.count
        #expect(try #require(size) < 40)
        near[50] += 0.5
        zero[0] = 0.5
        size = encoder.encode(from: zero, to: near, exponent: 0)?.data.count
        #expect(size == nil, "off the lattice")
        zero[0] = -0x1p23 - 1
        near.fill(0)
        near[0] = 0x1p23
        size = encoder.encode(from: zero, to: near, exponent: 0)?.data.count
        #expect(size == nil, "further than the lattice reaches")
        zero[0] = .nan
        size = encoder.encode(from: zero, to: near, exponent: 0)?.data.count
        #expect(size == nil)
    }

    @Test("has these bytes")
    func golden() throws {
        var bench = try TestMemory(megabytes: 1)
        var encoder = try LatticeEncoder(count: 8, arena: &bench.arena)
        let held = try bench.vector([1, -2, 0, 0.5, 0, 0, 0, 4])
        let next = try bench.vector([1, -2.25, 0, 0.75, 0, 0, 0, -4])
        let coded = encoder.encode(from: held, to: next, exponent: -2)
        let packed = try #require(coded)
        #expect(Array(packed.parameters) == [0xfe])
        #expect(Array(packed.data) == [106, 75, 233, 132])
    }

    @Test("refuses hostile bytes, and what would leave the lattice")
    func hostile() throws {
        let seed = printedSeed("hostile lattice")
        var generator = RandomGenerator(seed: seed)
        var bench = try TestMemory(megabytes: 4)
        var encoder = try LatticeEncoder(count: 300, arena: &bench.arena)
        var decoder = try VectorDecoder(largestCount: 0, layout: MatrixLayout(), arena: &bench.arena)
        let held = try bench.vector(300)
        let next = try bench.vector((0..<300).map { _ in Float(Int(generator.normal() * 3)) })
        let coded = encoder.encode(from: held, to: next, exponent: 0)
        let packed = try #require(coded)
        let data = Array(packed.data)
        #expect(throws: CodecError.badParameters) { try add([], data, held, &decoder) }
        #expect(throws: CodecError.badParameters) { try add([0, 0], data, held, &decoder) }
        #expect(throws: CodecError.badParameters) { try add([101], data, held, &decoder) }
        #expect(throws: CodecError.badParameters) { try add([0x9b], data, held, &decoder) }
        // What is cut may by chance be what another difference would have been.
        var refused = 0
        for length in 0..<data.count {
            held.fill(0)
            do { try add([0], Array(data[..<length]), held, &decoder) } catch { refused += 1 }
        }
        #expect(refused >= data.count * 9 / 10)
        held.fill(0.5)
        #expect(throws: CodecError.malformed, "not on the lattice") { try add([0], data, held, &decoder) }
        held.fill(Lattice.largestMultiple)
        #expect(throws: CodecError.malformed, "beyond the lattice") { try add([0], data, held, &decoder) }
        refused = 0
        for _ in 0..<3_000 {
            var noise = data
            for _ in 0..<(1 + generator.below(4)) {
                noise[generator.below(noise.count)] = UInt8(truncatingIfNeeded: generator.next())
            }
            held.fill(0)
            do {
                try add([0], noise, held, &decoder)
                #expect(held.isFinite)
            } catch { refused += 1 }
        }
        #expect(refused > 2_000)
    }

    private func add(
        _ parameters: [UInt8], _ data: [UInt8], _ point: Vector, _ decoder: inout VectorDecoder
    ) throws {
        try parameters.withUnsafeBytes { parameters in
            try data.withUnsafeBytes { data in try decoder.add(parameters: parameters, data: data, to: point) }
        }
    }
}
