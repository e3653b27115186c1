import Bounded

/// How likely the next bit of one context is a zero, learnt from the bits before it.
///
/// The first bits move it far and the later ones little: after n bits it is close to a mean over the last min(n, 128).
/// **Memory:** four bytes.
/// **Source:** the shift-and-add estimate of LZMA's coder, with a step of 1 / 2^⌊log₂(n + 2)⌋ in place of a fixed one.
struct AdaptiveBit: BitwiseCopyable {
    /// The probability of a zero in units of 2⁻¹⁶; it never leaves 16...65,520, so that 12 bits of it are above zero.
    private var zero: UInt16 = 1 << 15
    /// Bits seen, as far as they still change the step.
    private var seen: UInt16 = 0

    /// Zero and one equally likely.
    init() {}

    /// Where the range of zeros ends, in a range of `range`, at least 2²⁴: above 0 and below `range`.
    @inline(__always)
    func bound(in range: UInt32) -> UInt32 { (range >> 12) &* UInt32(zero >> 4) }

    /// Learns from one bit.
    @inline(__always)
    mutating func learn(isOne: Bool) {
        let shift = UInt32(31 - (UInt32(seen) &+ 2).leadingZeroBitCount)
        let probability = UInt32(zero)
        let next = isOne ? probability &- (probability >> shift) : probability &+ ((65_536 &- probability) >> shift)
        zero = UInt16(truncatingIfNeeded: next)
        if seen < 126 { seen &+= 1 }
    }
}

extension AdaptiveBit {
    /// Memory for `count` contexts.
    static func reserve(_ count: Int, arena: inout Arena) throws(Arena.Refusal) -> UnsafeMutablePointer<AdaptiveBit> {
        let contexts = try arena.reserve(AdaptiveBit.self, count: count, holder: "entropy coder")
        guard let base = contexts.baseAddress else { preconditionFailure("contexts over no memory") }
        return base
    }
}
