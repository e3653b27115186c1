import CSystem
import PolicyKernels

/// The codecs' kernels of one build: picked once when an encoder or decoder is made, called through pointers.
typealias CodecKernelTable = PolicyKernels.CodecKernels

/// The codecs' kernels that run on every processor of the architecture.
func baselineCodecKernels() -> CodecKernelTable { table(lapwing_codec_kernels_baseline) }

/// The fastest of the codecs' kernels that this processor runs.
func suitedCodecKernels() -> CodecKernelTable {
    #if arch(x86_64)
        if lapwing_has_fused_vectors() != 0 { return table(lapwing_codec_kernels_fast) }
    #endif
    return baselineCodecKernels()
}

/// What one build's door writes.
private func table(_ write: (UnsafeMutableRawPointer?) -> Void) -> CodecKernelTable {
    withUnsafeTemporaryAllocation(of: CodecKernelTable.self, capacity: 1) { room in
        guard let place = room.baseAddress else { preconditionFailure("a room without memory") }
        write(place)
        return place.pointee
    }
}
