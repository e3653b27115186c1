import Bounded
import Testing

@testable import GradientCodec

@Suite("Top-k")
struct TopKTests {
    @Test("keeps exactly the k largest magnitudes, the first of equals", arguments: [1, 2, 7, 100, 4_868])
    func selection(count: Int) throws {
        let seed = printedSeed("top-k selection")
        var generator = RandomGenerator(seed: seed)
        var bench = try TopKBench(count: count)
        for round in 0..<20 {
            var numbers = generator.heavyTailed(count)
            // Every other round has ties, at zero too.
            if round % 2 == 1 { numbers = numbers.map { ($0 * 2).rounded() / 2 } }
            for fraction: Float in [1e-6, 0.01, 0.1, 0.5, 1] {
                let decoded = try bench.roundTrip(numbers, fraction: fraction, bits: 8).decoded
                let kept = TopK.keptCount(count, fraction: fraction)
                #expect(kept == max(1, Int((Double(fraction) * Double(count)).rounded())))
                let order = numbers.indices.sorted {
                    abs(numbers[$0]) != abs(numbers[$1]) ? abs(numbers[$0]) > abs(numbers[$1]) : $0 < $1
                }
                let expected = Set(order[..<kept].filter { numbers[$0] != 0 })
                #expect(Set(decoded.indices.filter { decoded[$0] != 0 }) == expected)
            }
        }
    }

    @Test("contracts by (1 − k/d) but for the rounding of what is kept", arguments: 1...8)
    func contraction(bits: Int) throws {
        let seed = printedSeed("top-k contraction")
        var generator = RandomGenerator(seed: seed)
        let count = 3_000
        var bench = try TopKBench(count: count)
        for spread in [0, 1, 3] {
            let numbers = generator.heavyTailed(count, spread: Double(spread))
            for fraction: Float in [0.001, 0.01, 0.2, 1] {
                let decoded = try bench.roundTrip(numbers, fraction: fraction, bits: bits).decoded
                var whole = 0.0
                var error = 0.0
                var keptEnergy = 0.0
                var least = Float.infinity
                var largest: Float = 0
                for (number, other) in zip(numbers, decoded) {
                    whole += Double(number) * Double(number)
                    error += Double(number - other) * Double(number - other)
                    #expect(abs(number - other) <= abs(number) || bits == 1)
                    guard other != 0 else { continue }
                    keptEnergy += Double(number) * Double(number)
                    least = min(least, abs(number))
                    largest = max(largest, abs(number))
                }
                let share = Double(TopK.keptCount(count, fraction: fraction)) / Double(count)
                #expect(error <= whole)
                let octaves = Double(largest.bitPattern - least.bitPattern) / 0x1p23
                let steps = Double((1 << (bits - 1)) - 1)
                // From three bits on nothing of these vectors is too small to keep.
                guard bits > 3 else { continue }
                let relative = octaves / 2 / steps + 1e-4
                #expect(error <= (1 - share) * whole * (1 + 1e-6) + relative * relative * keptEnergy)
                #expect(keptEnergy >= share * whole * (1 - 1e-6))
            }
        }
    }

    @Test("takes two bytes and less for a kept element at one in a hundred")
    func size() throws {
        var generator = RandomGenerator(seed: 9)
        let count = 100_000
        var bench = try TopKBench(count: count)
        for spread in [0.0, 1.0] {
            let numbers = generator.heavyTailed(count, spread: spread)
            let energy = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
            for bits in 1...8 {
                let (bytes, decoded) = try bench.roundTrip(numbers, fraction: 0.01, bits: bits)
                let error = zip(numbers, decoded).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
                let kept = decoded.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
                let best = zip(numbers, decoded).reduce(0.0) { $0 + ($1.1 == 0 ? Double($1.0 * $1.0) : 0) }
                print(
                    "top-k, spread \(spread), \(bits) bits: \(Double(bytes) / Double(kept)) bytes for each of \(kept),",
                    "error \(error / energy) of the energy, \(best / energy) of it left out")
                #expect(Double(bytes) / Double(kept) < 2.05)
            }
        }
    }

    @Test("packs what is all zero, has one element, or spans every exponent")
    func edges() throws {
        var bench = try TopKBench(count: 4)
        #expect(try bench.roundTrip([0, -0.0, 0, 0], fraction: 1, bits: 8).decoded == [0, 0, 0, 0])
        #expect(try bench.roundTrip([0, -3, 0, 0], fraction: 1, bits: 8).decoded == [0, -3, 0, 0])
        #expect(try bench.roundTrip([0, -3, 3, 0], fraction: 1, bits: 1).decoded == [0, -3, 3, 0])
        let extremes: [Float] = [.leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1, -1]
        for bits in 1...8 {
            let decoded = try bench.roundTrip(extremes, fraction: 1, bits: bits).decoded
            #expect(decoded.allSatisfy { $0.isFinite })
            if bits > 1 { #expect(decoded[1] == -.greatestFiniteMagnitude) }
        }
        var one = try TopKBench(count: 1)
        #expect(try one.roundTrip([-5], fraction: 1e-9, bits: 8).decoded == [-5])
    }

    @Test("refuses an infinity or NaN anywhere")
    func notFinite() throws {
        for bad in [Float.infinity, -.infinity, .nan] {
            for position in 0..<5 {
                var numbers: [Float] = [1, 2, 3, 4, 5]
                numbers[position] = bad
                var bench = try TopKBench(count: 5)
                #expect(throws: CodecError.notFinite) { try bench.encode(numbers, fraction: 0.4, bits: 8) }
            }
        }
    }

    @Test("has these bytes")
    func golden() throws {
        var bench = try TopKBench(count: 12)
        let (parameters, data) = try bench.encode(
            [0.1, -4, 0.2, 0, 1, 0, -0.3, 8, 0.1, -2, 0, 0.7], fraction: 0.42, bits: 8)
        #expect(parameters == [5, 0, 0, 0, 91, 51, 51, 63, 219, 160, 3, 0, 8])
        #expect(data == [191, 206, 91, 229, 203, 210, 89, 27, 180])
    }

    @Test("refuses hostile bytes")
    func hostile() throws {
        let seed = printedSeed("hostile top-k")
        var generator = RandomGenerator(seed: seed)
        var bench = try TopKBench(count: 1_000)
        let (parameters, data) = try bench.encode(generator.heavyTailed(1_000), fraction: 0.1, bits: 6)
        #expect(throws: CodecError.badParameters) { try bench.decode(Array(parameters.dropLast()), data) }
        #expect(throws: CodecError.badParameters) { try bench.decode(parameters + [0], data) }
        // What is cut may by chance be what another vector would have been.
        var refused = 0
        for length in 0..<data.count {
            do { try bench.decode(parameters, Array(data[..<length])) } catch { refused += 1 }
        }
        #expect(refused >= data.count * 9 / 10)
        #expect(throws: CodecError.malformed) { try bench.decode(parameters, data + [0]) }
        for (place, byte) in [(3, 0x80), (7, 0x7f), (11, 0x7f), (12, 0), (12, 9)] as [(Int, UInt8)] {
            var wrong = parameters
            wrong[place] = byte
            #expect(throws: CodecError.badParameters) { try bench.decode(wrong, data) }
        }
        for _ in 0..<3_000 {
            var noise = data
            var wrong = parameters
            for _ in 0..<(1 + generator.below(4)) {
                noise[generator.below(noise.count)] = UInt8(truncatingIfNeeded: generator.next())
            }
            if generator.below(2) == 0 { wrong[generator.below(13)] = UInt8(truncatingIfNeeded: generator.next()) }
            if let decoded = try? bench.decode(wrong, noise) { #expect(decoded.allSatisfy { $0.isFinite }) }
        }
    }
}

/// Top-k's memory for vectors of one length.
struct TopKBench: ~Copyable {
    private var bench: TestMemory
    private let vector: Vector
    private let counters: UnsafeMutablePointer<UInt32>
    private let contexts: UnsafeMutablePointer<AdaptiveBit>
    private let parameters: UnsafeMutableRawBufferPointer
    private let data: UnsafeMutableRawBufferPointer

    init(count: Int) throws {
        var bench = try TestMemory()
        let vector = try bench.vector(count)
        let counters = try bench.arena.reserve(UInt32.self, count: TopKSelection.counterCount, holder: "test")
        let contexts = try AdaptiveBit.reserve(TopK.contextCount, arena: &bench.arena)
        let parameters = try bench.bytes(TopK.parameterByteCount)
        data = try bench.bytes(VectorCodec.largestByteCount(count))
        self.vector = vector
        self.counters = counters.baseAddress!
        self.contexts = contexts
        self.parameters = parameters
        self.bench = bench
    }

    mutating func encode(
        _ numbers: [Float], fraction: Float, bits: Int
    ) throws -> (parameters: [UInt8], data: [UInt8]) {
        for (index, number) in numbers.enumerated() { vector[index] = number }
        guard
            let byteCount = TopK.encode(
                vector, keeping: fraction, bits: bits, counters: counters, contexts: contexts, parameters: parameters,
                into: data)
        else { throw CodecError.notFinite }
        return (Array(parameters), Array(data[..<byteCount]))
    }

    @discardableResult
    mutating func decode(_ parameters: [UInt8], _ data: [UInt8]) throws -> [Float] {
        try parameters.withUnsafeBytes { parameters in
            try data.withUnsafeBytes { data in
                try TopK.decode(parameters: parameters, data: data, contexts: contexts, into: vector)
            }
        }
        return vector.numbers
    }

    mutating func roundTrip(_ numbers: [Float], fraction: Float, bits: Int) throws -> (bytes: Int, decoded: [Float]) {
        let (parameters, data) = try encode(numbers, fraction: fraction, bits: bits)
        return (parameters.count + data.count, try decode(parameters, data))
    }
}
