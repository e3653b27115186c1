import Bounded
import PolicyKernels

extension LevelFormat {
    /// A bucket whose largest magnitude is below 2⁻⁹⁶ is packed as zeros, so that no quotient overflows.
    private static var smallestBits: UInt32 { (127 - 96) << 23 }

    /// Packs `vector` into `data`, and returns how many bytes that takes.
    ///
    /// **Limit:** `data` is `VectorCodec.largestByteCount` long; what lies behind the result may hold anything.
    /// **Throws:** `notFinite`.
    func pack(
        _ vector: Vector, into data: UnsafeMutableRawBufferPointer, scratch: CodecScratch
    ) throws(CodecError) -> Int {
        let count = vector.count
        guard let base = data.baseAddress, count > 0 else { return 0 }
        let stepByteCount = bucketCount(count) &* 4
        let codes = base + (packing == .trits ? Self.spareRoomOffset(count) : stepByteCount)
        try writeCodes(vector, steps: base, codes: codes, bits: bits, scratch: scratch)
        if packing == .trits { Trits.pack(count, from: codes, into: base + stepByteCount) }
        return stepByteCount &+ codeByteCount(count)
    }

    /// Where there is room for one byte an element, behind what else an encoder's memory for `count` elements holds then.
    static func spareRoomOffset(_ count: Int) -> Int { count &* 3 &+ 32 }

    /// Writes all steps to `steps`, and all codes of `bits` each to `codes`, overwriting up to sixteen bytes behind.
    func writeCodes(
        _ vector: Vector, steps: UnsafeMutableRawPointer, codes: UnsafeMutableRawPointer, bits: Int,
        scratch: CodecScratch
    ) throws(CodecError) {
        let length = bucketLength(vector.count)
        var start = 0
        var steps = steps
        while start < vector.count {
            let count = min(length, vector.count &- start)
            let source = UnsafePointer(vector.base + start)
            let output = codes + (start &* bits) / 8
            let largest = scratch.kernels.largestMagnitude(count, source)
            guard largest < 0x7f80_0000 else { throw .notFinite }
            let step = self.step(largest: largest, source, count, scratch.kernels)
            steps.storeBytes(of: step.bitPattern.littleEndian, as: UInt32.self)
            if measure == .mean {
                Signs.pack(count, from: source, into: output)
            } else {
                quantise(
                    source, count, inverse: inverse(step, largest: largest), bits: bits, output: output,
                    scratch: scratch)
            }
            start &+= count
            steps += 4
        }
    }

    /// The step of a bucket; `reach` of them are finite.
    private func step(
        largest: UInt32, _ source: UnsafePointer<Float>, _ count: Int, _ kernels: CodecKernelTable
    ) -> Float {
        guard largest >= Self.smallestBits else { return 0 }
        var value = Float(bitPattern: largest)
        if measure != .largest {
            // Brought near one, squares neither overflow nor vanish.
            let exponent = min(largest &>> 23, 253)
            let scale = Float(bitPattern: (254 &- exponent) &<< 23)
            var sum = 0.0
            var start = 0
            while start < count {
                let part = min(2_048, count &- start)
                sum += Double(kernels.sum(part, source + start, scale, measure == .norm))
                start &+= part
            }
            let mean = measure == .norm ? sum.squareRoot() : sum / Double(count)
            let unscaled = mean * Double(Float(bitPattern: exponent &<< 23))
            value = measure == .norm
                ? max(value, Float(min(unscaled, Double(Float.greatestFiniteMagnitude)))) : min(value, Float(unscaled))
        }
        let step = value / Float(reach)
        return (step * Float(reach)).isFinite ? step : step.nextDown
    }

    /// What a number of the bucket is multiplied by to count in 2⁻¹⁵ levels; none then lies beyond the outermost level.
    private func inverse(_ step: Float, largest: UInt32) -> Float {
        guard step > 0 else { return 0 }
        let unit: Float = 32_768 / factor
        let outermost = unit * Float(reach)
        var inverse = unit / step
        while Float(bitPattern: largest) * inverse > outermost { inverse = inverse.nextDown }
        return inverse
    }

    private func quantise(
        _ source: UnsafePointer<Float>, _ count: Int, inverse: Float, bits: Int, output: UnsafeMutableRawPointer,
        scratch: CodecScratch
    ) {
        let middle = UInt32(truncatingIfNeeded: reach) &<< (skipsZero ? 14 : 15)
        let offset = isStochastic ? middle : middle &+ 16_384
        let mask: UInt32 = isStochastic ? 0x7fff : 0
        let whole = count & ~(CodecScratch.blockCount &- 1)
        let rest = count &- whole
        scratch.kernels.quantise(whole, source, inverse, offset, mask, bits, scratch.lanes, output)
        guard rest > 0 else { return }
        scratch.kernels.quantise(
            CodecScratch.blockCount, scratch.block(source + whole, rest), inverse, offset, mask, bits, scratch.lanes,
            scratch.bytes)
        clearBits(scratch.bytes, from: rest &* bits)
        (output + (whole &* bits) / 8).copyMemory(from: scratch.bytes, byteCount: (rest &* bits &+ 7) &>> 3)
    }

    /// Sets the bits of one byte from bit number `first` of all on to zero.
    private func clearBits(_ bytes: UnsafeMutableRawPointer, from first: Int) {
        let mask = UInt8(truncatingIfNeeded: (1 &<< (first & 7)) &- 1)
        let byte = bytes + (first &>> 3)
        byte.storeBytes(of: byte.load(as: UInt8.self) & mask, as: UInt8.self)
    }
}
