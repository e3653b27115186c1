import Bounded
import CSystem
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
        let codes = base + stepByteCount
        if packing == .trits {
            // Each number is written where codes were read before.
            let room = Self.ownRoom(vector)
            guard Trits.unpack(count, from: codes, into: room) else { throw .malformed }
            try readCodes(UnsafeRawPointer(room), count, bits: 8, steps: base, into: vector, scratch: scratch)
        } else {
            let used = count &* bits & 7
            guard used == 0 || data[needed &- 1] &>> UInt8(truncatingIfNeeded: used) == 0 else { throw .malformed }
            try readCodes(codes, needed &- stepByteCount, bits: bits, steps: base, into: vector, scratch: scratch)
        }
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
        try readCodes(UnsafeRawPointer(room), count, bits: 8, steps: base, into: vector, scratch: scratch)
    }

    /// Room for one byte an element in the vector's own memory, from which `readCodes` may read codes of eight bits.
    static func ownRoom(_ vector: Vector) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(vector.base) + vector.count &* 3
    }

    /// Unpacks `byteCount` bytes of codes of `bits` each, with all steps.
    ///
    /// **Throws:** `malformed`.
    func readCodes(
        _ codes: UnsafeRawPointer, _ byteCount: Int, bits: Int, steps: UnsafeRawPointer, into vector: Vector,
        scratch: CodecScratch
    ) throws(CodecError) {
        var levels = levels(vector.count, bits: bits, scratch: scratch)
        let most = max(levels.reach, levels.spacing)
        var place = steps
        for _ in 0..<bucketCount(vector.count) {
            let step = UInt32(littleEndian: place.loadUnaligned(as: UInt32.self))
            guard step &>> 31 == 0, (Float(bitPattern: step) * most).isFinite else { throw .malformed }
            place += 4
        }
        levels.steps = UnsafeMutableRawPointer(mutating: steps)
        levels.codes = UnsafeMutableRawPointer(mutating: codes)
        guard scratch.kernels.dequantise(&levels, codes + byteCount, vector.base) <= topCode else { throw .malformed }
    }
}
