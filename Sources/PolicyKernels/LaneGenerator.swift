/// Eight generators side by side, xoshiro128+, whose state lies in the caller's memory between two kernels.
///
/// The same state gives the same words in both builds, and on every machine.
/// **Memory:** 128 bytes, any but all zeros in a lane.
/// **Source:** Blackman and Vigna, "Scrambled linear pseudorandom number generators".
struct LaneGenerator {
    private var a: SIMD8<UInt32>
    private var b: SIMD8<UInt32>
    private var c: SIMD8<UInt32>
    private var d: SIMD8<UInt32>

    /// Takes the state from `memory`.
    @_transparent
    init(_ memory: UnsafeMutableRawPointer) {
        a = words(memory)
        b = words(memory + 32)
        c = words(memory + 64)
        d = words(memory + 96)
    }

    /// Puts the state into `memory`.
    @_transparent
    func store(_ memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: a, as: SIMD8<UInt32>.self)
        memory.storeBytes(of: b, toByteOffset: 32, as: SIMD8<UInt32>.self)
        memory.storeBytes(of: c, toByteOffset: 64, as: SIMD8<UInt32>.self)
        memory.storeBytes(of: d, toByteOffset: 96, as: SIMD8<UInt32>.self)
    }

    /// 32 random bits for each lane.
    @_transparent
    mutating func next() -> SIMD8<UInt32> {
        let result = a &+ d
        let shifted = b &<< 9
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d &<< 11) | (d &>> 21)
        return result
    }
}

/// Eight words from anywhere.
@_transparent
func words(_ memory: UnsafeRawPointer) -> SIMD8<UInt32> { memory.loadUnaligned(as: SIMD8<UInt32>.self) }
