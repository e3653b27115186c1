import CSystem

/// A moment on a clock that never jumps, in nanoseconds since an arbitrary start.
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the clock's start.
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Reads the system's clock. Shells call it; cores are given an instant.
    public static var now: Instant { Instant(nanoseconds: lapwing_monotonic_nanoseconds()) }

    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `milliseconds` later.
    public func advanced(byMilliseconds milliseconds: Int) -> Instant {
        Instant(nanoseconds: nanoseconds &+ UInt64(max(0, milliseconds)) &* 1_000_000)
    }

    /// Whole milliseconds from `earlier` to here; zero when `earlier` is later.
    public func milliseconds(since earlier: Instant) -> Int {
        nanoseconds > earlier.nanoseconds ? Int((nanoseconds - earlier.nanoseconds) / 1_000_000) : 0
    }

    /// Seconds from `earlier` to here; zero when `earlier` is later.
    public func seconds(since earlier: Instant) -> Double {
        nanoseconds > earlier.nanoseconds ? Double(nanoseconds - earlier.nanoseconds) * 1e-9 : 0
    }
}
