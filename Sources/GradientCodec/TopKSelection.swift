import Bounded

/// Which elements of a vector are its k largest, found without a sort.
///
/// The bits of a magnitude order as the magnitude does, so the k-th largest is found from the top down: a histogram
/// over the upper 11 of its 31 bits, then one over the next 10 among those that agree so far, then one over the last
/// 10.
/// **Memory:** one histogram, 8 kB, in the arena of who owns it.
/// **Complexity:** three passes.
struct TopKSelection {
    /// Counters that finding takes.
    static let counterCount = 2_048

    /// The bits of the largest magnitude.
    let largest: UInt32
    /// The bits of the least magnitude that is kept; never those of zero.
    let least: UInt32
    /// How many magnitudes equal to `least` are kept, the first ones.
    private(set) var ties: Int

    /// Finds the `kept` largest magnitudes of `vector`; nil when an element is not finite.
    ///
    /// Zeros are never kept: a vector with fewer elements besides has all of those kept. Of equal magnitudes the
    /// first are kept.
    init?(_ vector: Vector, kept: Int, counters: UnsafeMutablePointer<UInt32>) {
        var wanted = kept
        var prefix: UInt32 = 0
        var highest: UInt32 = 0
        var leastAboveZero = UInt32.max
        var shift: UInt32 = 31
        while shift > 0 {
            let width: UInt32 = shift == 31 ? 11 : 10
            shift -= width
            counters.update(repeating: 0, count: 1 << Int(width))
            let mask: UInt32 = (1 << width) - 1
            for index in 0..<vector.count {
                let bits = vector.base[index].bitPattern & 0x7fff_ffff
                highest = max(highest, bits)
                leastAboveZero = min(leastAboveZero, bits &- 1)
                if (bits >> shift) >> width == prefix { counters[Int((bits >> shift) & mask)] &+= 1 }
            }
            if highest >= 0x7f80_0000 { return nil }
            var digit = mask
            while digit > 0, Int(counters[Int(digit)]) < wanted {
                wanted -= Int(counters[Int(digit)])
                digit -= 1
            }
            prefix = prefix << width | digit
        }
        largest = highest
        least = max(prefix, leastAboveZero &+ 1)
        ties = prefix == 0 ? Int.max : wanted
    }

    /// Whether the next element in order, with these bits of its magnitude, is kept.
    @inline(__always)
    mutating func keeps(_ magnitude: UInt32) -> Bool {
        if magnitude != least { return magnitude > least }
        ties &-= 1
        return ties >= 0
    }
}
