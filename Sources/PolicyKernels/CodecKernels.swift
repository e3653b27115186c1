import CSystem

/// The codecs' kernels of one build, as a table of C functions.
///
/// Unlike the policy's, they give the same bits in both builds: no fused multiply-add, and sums in one order.
public typealias CodecKernels = (
    largestMagnitude: @convention(c) (Int, UnsafePointer<Float>) -> UInt32,
    quantise: @convention(c) (UnsafePointer<lapwing_levels>, UnsafePointer<Float>) -> UInt32,
    dequantise: @convention(c) (
        UnsafePointer<lapwing_levels>, UnsafeRawPointer, UnsafeMutablePointer<Float>
    ) -> UInt8,
    roundToPowers: @convention(c) (
        Int, UnsafePointer<Float>, UInt32, UnsafeMutableRawPointer, UnsafeMutableRawPointer
    ) -> Void,
    widenPowers: @convention(c) (Int, UnsafeRawPointer, UInt32, UnsafeMutablePointer<Float>) -> Void
)

#if FASTER_BUILD
    /// Writes this build's kernels, a `CodecKernels`, to `table`.
    @c(lapwing_codec_kernels_fast)
    public func writeCodecKernels(_ table: UnsafeMutableRawPointer) {
        table.bindMemory(to: CodecKernels.self, capacity: 1).initialize(to: codecKernels())
    }
#else
    /// Writes this build's kernels, a `CodecKernels`, to `table`.
    @c(lapwing_codec_kernels_baseline)
    public func writeCodecKernels(_ table: UnsafeMutableRawPointer) {
        table.bindMemory(to: CodecKernels.self, capacity: 1).initialize(to: codecKernels())
    }
#endif

/// This build's kernels; see each function for what it does.
private func codecKernels() -> CodecKernels {
    (
        largestMagnitude: largestMagnitude, quantise: quantise, dequantise: dequantise, roundToPowers: roundToPowers,
        widenPowers: widenPowers
    )
}
