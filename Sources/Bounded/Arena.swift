import CSystem

/// One block of memory from which every long-lived buffer of a program is reserved while it starts.
///
/// Each reservation names its holder, so the sum is a list that a person can read (`MemoryPlan`). The block is mapped
/// at the limit but costs only the pages that are touched. `seal()` ends the start: it gives back what was not
/// reserved, and every later reservation is a programmer error.
///
/// **Limit:** `Refusal.limitReached` names the holder that did not fit.
/// **Memory:** reservations are 64-byte aligned, and counted with their padding.
public struct Arena: ~Copyable {
    /// Why a reservation, or the arena itself, was refused.
    public enum Refusal: Error, Equatable {
        /// The reservation would pass the arena's limit. Lower the holder's need or raise the limit.
        case limitReached(holder: StaticString, neededBytes: Int, limitBytes: Int)
        /// The system did not map the block.
        case systemRefused(limitBytes: Int)

        public static func == (left: Refusal, right: Refusal) -> Bool {
            switch (left, right) {
            case (.limitReached(_, let a, let b), .limitReached(_, let c, let d)): a == c && b == d
            case (.systemRefused(let a), .systemRefused(let b)): a == b
            default: false
            }
        }
    }

    /// Every reservation starts on a multiple of this many bytes: a cache line, and the widest vector.
    public static let alignment = 64

    private let base: UnsafeMutableRawPointer
    private var mappedBytes: Int
    private var isSealed = false

    /// The most bytes that may be reserved.
    public let limitBytes: Int
    /// The bytes reserved so far, padding included: the high-water mark, since nothing is given back.
    public private(set) var reservedBytes = 0
    /// Who reserved what.
    public private(set) var plan = MemoryPlan()

    /// Maps a block of at most `limitBytes`.
    public init(limitBytes: Int) throws(Refusal) {
        precondition(limitBytes > 0, "an arena needs a positive limit")
        let rounded = Self.roundedUp(limitBytes, to: 4096)
        guard let pages = lapwing_map_pages(rounded) else { throw .systemRefused(limitBytes: limitBytes) }
        base = pages
        mappedBytes = rounded
        self.limitBytes = limitBytes
    }

    deinit { if mappedBytes > 0 { munmap(base, mappedBytes) } }

    /// Reserves `count` elements, all bytes zero.
    ///
    /// **Throws:** `Refusal.limitReached`; a retry does not help.
    public mutating func reserve<Element: BitwiseCopyable>(
        _ type: Element.Type, count: Int, holder: StaticString
    ) throws(Refusal) -> UnsafeMutableBufferPointer<Element> {
        precondition(!isSealed, "a reservation after the arena was sealed")
        precondition(count >= 0, "a reservation of a negative count")
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        // What alone is beyond the limit is not rounded up, so that rounding cannot overflow.
        guard !overflow, bytes <= limitBytes else {
            let needed = overflow ? Int.max : reservedBytes + min(bytes, Int.max - reservedBytes)
            throw .limitReached(holder: holder, neededBytes: needed, limitBytes: limitBytes)
        }
        let padded = Self.roundedUp(bytes, to: Self.alignment)
        guard padded <= limitBytes - reservedBytes else {
            throw .limitReached(holder: holder, neededBytes: reservedBytes + padded, limitBytes: limitBytes)
        }
        let start = base + reservedBytes
        reservedBytes += padded
        plan.add(padded, holder: holder)
        return UnsafeMutableBufferPointer(
            start: start.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
    }

    /// Reserves a vector of `count` zeros.
    public mutating func vector(_ count: Int, holder: StaticString) throws(Refusal) -> Vector {
        Vector(try reserve(Float.self, count: count, holder: holder))
    }

    /// Ends the start: what was not reserved goes back to the system, and nothing can be reserved any more.
    public mutating func seal() {
        precondition(!isSealed, "an arena sealed twice")
        isSealed = true
        let kept = Self.roundedUp(reservedBytes, to: 4096)
        if kept < mappedBytes { munmap(base + kept, mappedBytes - kept) }
        mappedBytes = kept
    }

    private static func roundedUp(_ bytes: Int, to unit: Int) -> Int { (bytes &+ unit &- 1) / unit * unit }
}
