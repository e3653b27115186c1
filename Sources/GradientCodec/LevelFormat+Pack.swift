import Bounded
import CSystem
import PolicyKernels

extension LevelFormat {
    /// Packs `vector` into `data`, and returns how many bytes that takes; draws from `generator` if anything is random.
    ///
    /// **Limit:** `data` is `VectorCodec.largestByteCount` long; what lies behind the result may hold anything.
    /// **Throws:** `notFinite`.
    func pack(
        _ vector: Vector, into data: UnsafeMutableRawBufferPointer, scratch: CodecScratch,
        generator: inout RandomGenerator
    ) throws(CodecError) -> Int {
        let count = vector.count
        guard let base = data.baseAddress, count > 0 else { return 0 }
        let stepByteCount = bucketCount(count) &* 4
        let codes = base + (packing == .trits ? Self.spareRoomOffset(count) : stepByteCount)
        try writeCodes(vector, steps: base, codes: codes, bits: bits, scratch: scratch, generator: &generator)
        let byteCount = stepByteCount &+ codeByteCount(count)
        if packing == .trits {
            Trits.pack(count, from: codes, into: base + stepByteCount)
        } else if count &* bits & 7 != 0 {
            data[byteCount &- 1] &= UInt8(truncatingIfNeeded: (1 &<< (count &* bits & 7)) &- 1)
        }
        return byteCount
    }

    /// Where there is room for one byte an element, behind what else an encoder's memory for `count` elements holds
    /// then.
    static func spareRoomOffset(_ count: Int) -> Int { count &* 3 &+ 32 }

    /// Writes all steps to `steps`, and all codes of `bits` each to `codes`, overwriting up to 32 bytes behind.
    ///
    /// **Throws:** `notFinite`.
    func writeCodes(
        _ vector: Vector, steps: UnsafeMutableRawPointer, codes: UnsafeMutableRawPointer, bits: Int,
        scratch: CodecScratch, generator: inout RandomGenerator
    ) throws(CodecError) {
        if isStochastic { scratch.seed(&generator) } else { scratch.still() }
        var levels = levels(vector.count, bits: bits, scratch: scratch)
        levels.steps = steps
        levels.codes = codes
        guard scratch.kernels.quantise(&levels, vector.base) < 0x7f80_0000 else { throw .notFinite }
    }

    /// The format as kernels take it, for `count` elements and codes of `bits` each.
    func levels(_ count: Int, bits: Int, scratch: CodecScratch) -> lapwing_levels {
        var levels = lapwing_levels()
        levels.count = count
        levels.bucket_length = bucketSize == 0 ? count : bucketSize
        levels.bits = bits
        levels.measure = measure.rawValue
        levels.reach = Float(reach)
        levels.spacing = skipsZero ? 2 : 1
        levels.rounding = isStochastic ? 0 : 16_384
        levels.scratch = scratch.lanes
        return levels
    }
}
