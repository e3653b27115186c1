import Bounded

/// How many environment steps fit into one slice of time: found by doubling and halving.
struct SlicePacing {
    private let sliceNanoseconds: UInt64
    private(set) var steps = 8

    init(sliceMilliseconds: Int) { sliceNanoseconds = UInt64(max(1, sliceMilliseconds)) * 1_000_000 }

    /// A slice of `steps` steps took so long.
    mutating func took(_ nanoseconds: UInt64) {
        if nanoseconds > sliceNanoseconds {
            steps = max(1, steps / 2)
        } else if nanoseconds < sliceNanoseconds / 3 {
            steps = min(1 << 16, steps * 2)
        }
    }
}
