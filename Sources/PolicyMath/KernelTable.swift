import CSystem
import PolicyKernels
import PolicyKernelsFast

/// The kernels of one build: picked once when a network is made, called through pointers.
typealias KernelTable = PolicyKernels.Kernels

/// The kernels that run on every processor of the architecture.
func baselineKernels() -> KernelTable { PolicyKernels.kernels() }

/// The fastest kernels that this processor runs.
func suitedKernels() -> KernelTable {
    #if arch(x86_64)
        if lapwing_has_fused_vectors() != 0 { return PolicyKernelsFast.kernels() }
    #endif
    return PolicyKernels.kernels()
}
