import CSystem
import PolicyKernels

/// The kernels of one build: picked once when a network is made, called through pointers.
typealias KernelTable = PolicyKernels.Kernels

/// The kernels that run on every processor of the architecture.
func baselineKernels() -> KernelTable { table(lapwing_kernels_baseline) }

/// The fastest kernels that this processor runs.
func suitedKernels() -> KernelTable {
    #if arch(x86_64)
        if lapwing_has_fused_vectors() != 0 { return table(lapwing_kernels_fast) }
    #endif
    return baselineKernels()
}

/// What one build's door writes.
private func table(_ write: (UnsafeMutableRawPointer?) -> Void) -> KernelTable {
    withUnsafeTemporaryAllocation(of: KernelTable.self, capacity: 1) { room in
        guard let place = room.baseAddress else { preconditionFailure("a room without memory") }
        write(place)
        return place.pointee
    }
}
