import Bounded

/// The points whose every element is a whole multiple of a power of two, at most 2²⁴ − 1 steps from zero.
///
/// A single-precision number holds each of them exactly, and so do their sums and differences within that range: two
/// peers that hold the same point and add the same difference hold the same bits.
public struct Lattice: Equatable, Sendable, BitwiseCopyable {
    /// The exponents that a lattice may have.
    public static let exponents = -100...100
    /// The most steps from zero.
    public static let largestMultiple: Float = 0x1p24 - 1

    /// The distance between neighbours, 2^`exponent`.
    public let step: Float
    /// One over `step`.
    let inverse: Float

    /// The lattice of multiples of 2^`exponent`, one of `exponents`.
    public init(exponent: Int) {
        precondition(Self.exponents.contains(exponent), "a lattice's exponent out of range")
        step = Float(sign: .plus, exponent: exponent, significand: 1)
        inverse = Float(sign: .plus, exponent: -exponent, significand: 1)
    }

    /// Rounds `vector` to the nearest point, ties to the even multiple, and writes it to `point`, which may be
    /// `vector`.
    ///
    /// The error of an element is at most half a step; the point has no negative zero.
    /// **Limit:** an element beyond the lattice becomes its last multiple; returned is how many did. NaN becomes
    /// the last multiple too, and is counted.
    /// **Complexity:** one pass.
    @discardableResult
    public func round(_ vector: Vector, to point: Vector) -> Int {
        precondition(vector.count == point.count, "vectors of different length")
        var beyond = 0
        let largest = Self.largestMultiple
        for index in 0..<vector.count {
            let multiple = vector.base[index] * inverse
            let isWithin = multiple.magnitude <= largest
            if !isWithin { beyond &+= 1 }
            let size = isWithin ? multiple.magnitude : largest
            // From 2²³ on every number is whole; below, the adder rounds the fraction off.
            let whole = Int32(size < 0x1p23 ? (size + 0x1p23) - 0x1p23 : size)
            point.base[index] = Float(multiple < 0 ? -whole : whole) * step
        }
        return beyond
    }

    /// How many steps `element` is from zero; nil when it is not on the lattice.
    @inline(__always)
    func multiple(_ element: Float) -> Int32? {
        let multiple = element * inverse
        guard abs(multiple) <= Self.largestMultiple else { return nil }
        let whole = Int32(multiple)
        return Float(whole) == multiple ? whole : nil
    }
}
