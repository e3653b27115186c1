import Bounded

/// Moments and lengths of virtual time, in nanoseconds since the federation began.
///
/// **Limit:** 584 years.
enum VirtualClock {
    /// A moment that never comes.
    static let never = UInt64.max

    /// Whole nanoseconds of so many seconds, rounded; what is negative is none.
    static func nanoseconds(seconds: Double) -> UInt64 {
        UInt64(min(max(seconds * 1e9, 0), 9e18).rounded())
    }

    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) * 1e-9 }
}
