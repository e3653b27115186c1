import Foundation

/// The time of day, for records that people read; nothing is decided by it.
enum WallClock {
    /// Nanoseconds since 1970, UTC; it may jump.
    static var nanoseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(max(0, now.tv_sec)) * 1_000_000_000 + UInt64(max(0, now.tv_nsec))
    }
}
