import Bounded
import PolicyKernels

/// Natural compression: each element is rounded at random to a power of two, one byte: sign, and seven bits of
/// exponent.
///
/// The exponents count from a base that the parameters byte holds, so that the largest element has one of the highest;
/// 126 powers of two lie below, and nothing is clamped that float32 could add to the largest. Unbiased, with
/// E‖error‖² ≤ ‖x‖² / 8, but for two ends: what is below 2⁻¹²⁵ of the largest becomes zero, and what is above 2¹²⁷
/// becomes 2¹²⁷. 8 bits an element, and 8 a vector.
/// **Source:** Horváth et al. 2019, definition 1 (arXiv 1905.10988); 8 bits where the paper has 9.
enum NaturalCompression {
    /// Packs `vector` into as many bytes as it has elements, and the base into `parameters`.
    ///
    /// **Throws:** `notFinite`.
    static func pack(
        _ vector: Vector, into data: UnsafeMutableRawBufferPointer, parameters: UnsafeMutableRawBufferPointer,
        scratch: CodecScratch
    ) throws(CodecError) {
        let count = vector.count
        let largest = scratch.kernels.largestMagnitude(count, vector.base)
        guard largest < 0x7f80_0000 else { throw .notFinite }
        let base = min(max(largest &>> 23, 126) &- 126, 127)
        parameters[0] = UInt8(truncatingIfNeeded: base)
        guard let output = data.baseAddress else { return }
        let whole = count & ~(CodecScratch.blockCount &- 1)
        scratch.kernels.roundToPowers(whole, vector.base, base, scratch.lanes, output)
        guard count > whole else { return }
        // The bytes behind the last element are overwritten: an encoder's memory is longer.
        let rest = scratch.numbers
        rest.update(repeating: 0, count: CodecScratch.blockCount)
        rest.update(from: vector.base + whole, count: count &- whole)
        scratch.kernels.roundToPowers(
            CodecScratch.blockCount, UnsafePointer(rest), base, scratch.lanes, output + whole)
    }

    /// Unpacks what `pack` wrote; every result is finite.
    ///
    /// **Throws:** `badParameters`, `wrongByteCount`.
    static func unpack(
        _ data: UnsafeRawBufferPointer, parameters: UnsafeRawBufferPointer, into vector: Vector, scratch: CodecScratch
    ) throws(CodecError) {
        guard parameters.count == 1, parameters[0] <= 127 else { throw .badParameters }
        let count = vector.count
        guard data.count == count else { throw .wrongByteCount(neededBytes: count, actualBytes: data.count) }
        guard let input = data.baseAddress else { return }
        let base = UInt32(parameters[0])
        let whole = count & ~(CodecScratch.blockCount &- 1)
        scratch.kernels.widenPowers(whole, input, base, vector.base)
        guard count > whole else { return }
        scratch.lanes.copyMemory(from: input + whole, byteCount: count &- whole)
        scratch.kernels.widenPowers(CodecScratch.blockCount, UnsafeRawPointer(scratch.lanes), base, scratch.numbers)
        (vector.base + whole).update(from: scratch.numbers, count: count &- whole)
    }
}
