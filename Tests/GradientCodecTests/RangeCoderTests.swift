import Bounded
import Testing

@testable import GradientCodec

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Range coder")
struct RangeCoderTests {
    @Test("gives back every stream of bits, contexts and raw numbers")
    func roundTrip() throws {
        let seed = printedSeed("range coder")
        var generator = RandomGenerator(seed: seed)
        for round in 0..<300 {
            let count = generator.below(2_000)
            // From one-sided to fair, and a context that changes its mind half way.
            let chances = (0..<16).map { _ in generator.uniform() * generator.uniform() }
            let stream = (0..<count).map { index in
                let context = generator.below(17)
                let chance = context == 16 ? 0.5 : index * 2 < count ? chances[context] : 1 - chances[context]
                return (
                    context: context, isOne: generator.uniform() < chance,
                    raw: UInt32(truncatingIfNeeded: generator.next() >> 32), width: generator.below(33)
                )
            }
            var bytes = [UInt8](repeating: 0, count: count * 5 + 16)
            var contexts = [AdaptiveBit](repeating: AdaptiveBit(), count: 16)
            let length = bytes.withUnsafeMutableBytes { bytes in
                var coder = RangeEncoder(bytes)
                for item in stream {
                    if item.context == 16 {
                        coder.writeRaw(item.raw, bitCount: item.width)
                    } else {
                        coder.write(item.isOne, &contexts[item.context])
                    }
                }
                return coder.finish()
            }
            let byteCount = try #require(length)
            contexts = [AdaptiveBit](repeating: AdaptiveBit(), count: 16)
            bytes.withUnsafeBytes { bytes in
                var coder = RangeDecoder(UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
                var wrong = 0
                for item in stream {
                    if item.context == 16 {
                        let mask: UInt32 = item.width == 32 ? .max : (1 << UInt32(item.width)) - 1
                        if coder.readRaw(bitCount: item.width) != item.raw & mask { wrong += 1 }
                    } else if coder.read(&contexts[item.context]) != item.isOne {
                        wrong += 1
                    }
                }
                #expect(wrong == 0, "round \(round)")
                #expect(coder.isComplete && !coder.isExhausted)
            }
        }
    }

    @Test("carries through runs of full bytes")
    func carry() throws {
        // Ones from a context that expects zeros pile up behind a low that is all ones.
        var bytes = [UInt8](repeating: 0, count: 64)
        let length = bytes.withUnsafeMutableBytes { bytes in
            var coder = RangeEncoder(bytes)
            coder.writeRaw(0x7fff_ffff, bitCount: 32)
            coder.writeRaw(0xffff_ffff, bitCount: 32)
            var context = AdaptiveBit()
            for _ in 0..<40 { coder.write(true, &context) }
            return coder.finish()
        }
        let byteCount = try #require(length)
        bytes.withUnsafeBytes { bytes in
            var coder = RangeDecoder(UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
            let first = coder.readRaw(bitCount: 32)
            let second = coder.readRaw(bitCount: 32)
            #expect(first == 0x7fff_ffff && second == 0xffff_ffff)
            var context = AdaptiveBit()
            var ones = 0
            for _ in 0..<40 where coder.read(&context) { ones += 1 }
            #expect(ones == 40)
            #expect(coder.isComplete)
        }
    }

    @Test("comes within two per cent of the entropy of independent ternary symbols", arguments: [0.02, 0.1, 0.3, 0.6])
    func entropy(density: Double) throws {
        var generator = RandomGenerator(seed: 1_000)
        var counts = [0, 0, 0]
        let symbols = (0..<100_000).map { _ in
            let symbol = generator.uniform() < density ? (generator.next() & 1 == 0 ? Int32(1) : -1) : 0
            counts[Int(symbol + 1)] += 1
            return symbol
        }
        let entropy = counts.reduce(0.0) { $0 - (Double($1) * log2(Double($1) / 100_000)) }
        let bits = 8 * Double(try coded(symbols).count)
        print("ternary, density \(density): entropy \(entropy / 100_000), coded \(bits / 100_000) bits a symbol")
        #expect(bits < entropy * 1.02 + 64)
        #expect(bits > entropy * 0.99)
    }

    @Test("gives back whole numbers of every size, alone and in runs")
    func integers() throws {
        let seed = printedSeed("integers")
        var generator = RandomGenerator(seed: seed)
        var numbers: [Int32] = [0, 1, -1, 2, -2, 3, 7, 8, (1 << 30) - 1, 1 - (1 << 30), 0, 0]
        for _ in 0..<20_000 {
            let width = generator.below(31)
            let number = Int32(truncatingIfNeeded: generator.next() & ((1 << UInt64(width)) - 1))
            numbers.append(generator.next() & 1 == 0 ? number : -number)
        }
        let bytes = try coded(numbers)
        #expect(try decoded(bytes, count: numbers.count) == numbers)
    }

    @Test("knows bytes that are cut, longer, or not its own")
    func wrongLength() throws {
        var generator = RandomGenerator(seed: 5)
        let numbers = (0..<500).map { _ in Int32(generator.normal() * 5) }
        let bytes = try coded(numbers)
        for length in 0..<bytes.count { #expect(try decoded(Array(bytes[..<length]), count: 500) == nil) }
        #expect(try decoded(bytes + [0], count: 500) == nil)
        for _ in 0..<2_000 {
            let noise = (0..<generator.below(300)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            _ = try decoded(noise, count: 500)
        }
        #expect(try decoded([UInt8](repeating: 0xff, count: 2_000), count: 500) == nil)
    }

    @Test("stops at the end of its buffer")
    func full() throws {
        for room in 0..<40 {
            var bytes = [UInt8](repeating: 0xaa, count: 64)
            let length = bytes.withUnsafeMutableBytes { bytes in
                var coder = RangeEncoder(UnsafeMutableRawBufferPointer(rebasing: bytes[..<room]))
                for _ in 0..<10 { coder.writeRaw(0x9e37_79b9, bitCount: 32) }
                return coder.finish()
            }
            #expect(length == nil)
            #expect(bytes[room...].allSatisfy { $0 == 0xaa })
        }
    }

    private func coded(_ numbers: [Int32]) throws -> [UInt8] {
        var bench = try TestMemory()
        let contexts = try AdaptiveBit.reserve(IntegerModel.contextCount, arena: &bench.arena)
        let bytes = try bench.bytes(numbers.count * 9 + 16)
        var coder = RangeEncoder(bytes)
        var model = IntegerModel(contexts)
        for number in numbers { model.writeSigned(number, to: &coder) }
        let length = coder.finish()
        return Array(bytes[..<(try #require(length))])
    }

    private func decoded(_ bytes: [UInt8], count: Int) throws -> [Int32]? {
        var bench = try TestMemory(megabytes: 1)
        let contexts = try AdaptiveBit.reserve(IntegerModel.contextCount, arena: &bench.arena)
        return bytes.withUnsafeBytes { bytes in
            var coder = RangeDecoder(bytes)
            var model = IntegerModel(contexts)
            var numbers: [Int32] = []
            for _ in 0..<count {
                guard let number = model.readSigned(from: &coder) else { return nil }
                numbers.append(number)
            }
            return coder.isComplete ? numbers : nil
        }
    }
}
