import Bounded
import PolicyKernels

extension LevelFormat {
    /// Unpacks what `pack` wrote.
    ///
    /// **Throws:** `wrongByteCount`, and `malformed` when a step is negative, not finite or too large for its levels,
    /// when a code is beyond the last level, or when what follows the last code in its byte is not zero.
    func unpack(
        _ data: UnsafeRawBufferPointer, into vector: Vector, scratch: CodecScratch
    ) throws(CodecError) {
        let count = vector.count
        let stepByteCount = bucketCount(count) &* 4
        let needed = stepByteCount &+ codeByteCount(count)
        guard data.count == needed else { throw .wrongByteCount(neededBytes: needed, actualBytes: data.count) }
        guard let base = data.baseAddress, count > 0 else { return }
        let end = base + needed
        guard packing == .trits else {
            let used = count &* bits & 7
            guard used == 0 || (end - 1).load(as: UInt8.self) &>> UInt8(truncatingIfNeeded: used) == 0 else {
                throw .malformed
            }
            return try readCodes(base + stepByteCount, end: end, bits: bits, steps: base, into: vector, scratch: scratch)
        }
        // Each number is written where codes were read before.
        let room = Self.ownRoom(vector)
        guard Trits.unpack(count, from: base + stepByteCount, into: room) else { throw .malformed }
        try readCodes(
            UnsafeRawPointer(room), end: UnsafeRawPointer(room + count), bits: 8, steps: base, into: vector,
            scratch: scratch)
    }

    /// Unpacks the same with codes that went through the entropy stage.
    ///
    /// **Throws:** `wrongByteCount` and `malformed`.
    func unpackCoded(
        _ data: UnsafeRawBufferPointer, into vector: Vector, contexts: UnsafeMutablePointer<AdaptiveBit>,
        scratch: CodecScratch
    ) throws(CodecError) {
        let count = vector.count
        let stepByteCount = bucketCount(count) &* 4
        guard data.count >= stepByteCount, let base = data.baseAddress else {
            throw .wrongByteCount(neededBytes: stepByteCount, actualBytes: data.count)
        }
        let room = Self.ownRoom(vector)
        let codes = UnsafeRawBufferPointer(rebasing: data[stepByteCount...])
        guard EntropyStage(self).read(codes, count: count, contexts: contexts, into: room) else { throw .malformed }
        try readCodes(
            UnsafeRawPointer(room), end: UnsafeRawPointer(room + count), bits: 8, steps: base, into: vector,
            scratch: scratch)
    }

    /// Room for one byte an element in the vector's own memory, from which `readCodes` may read bytes.
    static func ownRoom(_ vector: Vector) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(vector.base) + vector.count &* 3
    }

    /// Unpacks all codes of `bits` each that lie before `end`, with all steps.
    ///
    /// **Throws:** `malformed`.
    func readCodes(
        _ codes: UnsafeRawPointer, end: UnsafeRawPointer, bits: Int, steps: UnsafeRawPointer, into vector: Vector,
        scratch: CodecScratch
    ) throws(CodecError) {
        let length = bucketLength(vector.count)
        var start = 0
        var steps = steps
        while start < vector.count {
            let count = min(length, vector.count &- start)
            let step = Float(bitPattern: UInt32(littleEndian: steps.loadUnaligned(as: UInt32.self)))
            guard step.bitPattern < 0x7f80_0000, (step * Float(reach)).isFinite else { throw .malformed }
            let whole = count & ~(CodecScratch.blockCount &- 1)
            let rest = count &- whole
            var largest = scratch.kernels.dequantise(
                whole, codes + (start &* bits) / 8, end, bits, factor, -Float(reach), step, vector.base + start)
            if rest > 0 {
                let source = codes + ((start &+ whole) &* bits) / 8
                scratch.bytes.storeBytes(of: SIMD16(repeating: 0), as: SIMD16<UInt8>.self)
                scratch.bytes.copyMemory(from: source, byteCount: (rest &* bits &+ 7) &>> 3)
                let last = scratch.kernels.dequantise(
                    CodecScratch.blockCount, UnsafeRawPointer(scratch.bytes), UnsafeRawPointer(scratch.bytes + 16),
                    bits, factor, -Float(reach), step, scratch.numbers)
                largest = max(largest, last)
                (vector.base + (start &+ whole)).update(from: scratch.numbers, count: rest)
            }
            guard largest <= topCode else { throw .malformed }
            start &+= count
            steps += 4
        }
    }
}
