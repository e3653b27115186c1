import Bounded
import GradientCodec
import Testing

/// The reference is Swift's `Float16`, which is the compiler's own conversion.
@Suite("Dense float16")
struct DenseFloat16Tests {
    @Test("widens every half-precision number exactly")
    func widening() throws {
        let halves = (0...UInt16.max).map { Float16(bitPattern: $0) }.filter(\.isFinite)
        #expect(halves.count == 63_488)
        let back = try unpacked(bytes(of: halves), as: .denseFloat16, count: halves.count)
        #expect(back.map(\.bitPattern) == halves.map { Float($0).bitPattern })
    }

    @Test("gives every half-precision number back")
    func identity() throws {
        let halves = (0...UInt16.max).map { Float16(bitPattern: $0) }.filter(\.isFinite)
        #expect(try packed(halves.map { Float($0) }, as: .denseFloat16) == bytes(of: halves))
    }

    @Test("rounds to nearest, ties to even, at and beside every boundary between two neighbours")
    func rounding() throws {
        var numbers: [Float] = []
        for bits in UInt16(0)..<0x7bff {
            let low = Float(Float16(bitPattern: bits))
            let middle = (low + Float(Float16(bitPattern: bits + 1))) / 2
            numbers += [middle, middle.nextUp, middle.nextDown, -middle, -middle.nextUp, -middle.nextDown]
        }
        #expect(try packed(numbers, as: .denseFloat16) == bytes(of: numbers.map { Float16($0) }))
    }

    @Test("agrees with Float16 on a million random numbers of every size")
    func random() throws {
        var generator = RandomGenerator(seed: 16)
        let numbers = (0..<1_000_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
            .filter { abs($0) < 65_520 }
        #expect(numbers.count > 400_000)
        #expect(try packed(numbers, as: .denseFloat16) == bytes(of: numbers.map { Float16($0) }))
    }

    @Test("saturates at ±65,504, where Float16 would give infinity")
    func saturation() throws {
        let large: [Float] = [65_504, 65_519.996, 65_520, 65_536, 1e10, .greatestFiniteMagnitude]
        let bytes = try packed(large + large.map { -$0 }, as: .denseFloat16)
        let back = try unpacked(bytes, as: .denseFloat16, count: 12)
        #expect(back == [Float](repeating: 65_504, count: 6) + [Float](repeating: -65_504, count: 6))
    }

    @Test("keeps the sign of zero, and gives it to what rounds to zero")
    func zeros() throws {
        #expect(try packed([0, -0.0, 1e-30, -1e-30], as: .denseFloat16) == [0, 0, 0, 0x80, 0, 0, 0, 0x80])
    }

    private func bytes(of halves: [Float16]) -> [UInt8] {
        halves.flatMap { [UInt8(truncatingIfNeeded: $0.bitPattern), UInt8($0.bitPattern >> 8)] }
    }
}
