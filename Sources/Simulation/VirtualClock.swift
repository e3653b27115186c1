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

    /// The moment `count` times `length` after `moment`; `never` if that is later than time goes.
    static func moment(_ length: UInt64, times count: UInt64 = 1, after moment: UInt64) -> UInt64 {
        let (span, isLong) = length.multipliedReportingOverflow(by: count)
        let (sum, isLate) = moment.addingReportingOverflow(span)
        return isLong || isLate ? never : sum
    }

    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) * 1e-9 }
}
