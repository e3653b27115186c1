// Purpose: the numeric kernels of the policy: dense layers forward, backward and tangent, one sample or a tile of them.
//
// These sources are compiled twice. `PolicyKernels` runs on every processor of its architecture; `PolicyKernelsFast`
// (the same files, through a link) is built for x86-64-v3, and PolicyMath picks one of them when it starts. Hence the
// rules:
// - nothing here is generic or inlinable, so that no instruction of the faster build leaks into its clients;
// - kernels take raw pointers and counts, and never allocate;
// - every padded row is a whole number of `Lanes` long; what comes from outside may end anywhere, and is never read or
//   written past its count.

import CSystem

/// Eight numbers: one register of AVX, two of SSE or NEON.
typealias Lanes = SIMD8<Float>

/// `sum + left * right`, rounded once where the processor has the instruction, twice elsewhere.
@_transparent
func multiplyAdd(_ sum: Lanes, _ left: Lanes, _ right: Lanes) -> Lanes { lapwing_multiply_add(sum, left, right) }

@_transparent
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@_transparent
func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: Lanes.self)
}

/// Four numbers, each of which will be wanted eight times over.
struct Four {
    #if FUSED_MULTIPLY_ADD
        let lanes: Lanes
        @_transparent init(_ pointer: UnsafePointer<Float>) { lanes = lapwing_four(pointer) }
        @_transparent var first: Lanes { lapwing_first(lanes) }
        @_transparent var second: Lanes { lapwing_second(lanes) }
        @_transparent var third: Lanes { lapwing_third(lanes) }
        @_transparent var fourth: Lanes { lapwing_fourth(lanes) }
    #else
        let pointer: UnsafePointer<Float>
        @_transparent init(_ pointer: UnsafePointer<Float>) { self.pointer = pointer }
        @_transparent var first: Lanes { broadcast(pointer) }
        @_transparent var second: Lanes { broadcast(pointer + 1) }
        @_transparent var third: Lanes { broadcast(pointer + 2) }
        @_transparent var fourth: Lanes { broadcast(pointer + 3) }
    #endif
}

/// All eight elements are the number at `pointer`.
@_transparent
func broadcast(_ pointer: UnsafePointer<Float>) -> Lanes { Lanes(repeating: pointer.pointee) }
