import Bounded

/// How a vector is packed into bytes; the raw values are those of `Codec` on the wire.
///
/// A packed vector is `count` elements, a few bytes of codec parameters, and data; with its codec they are all that is
/// needed to unpack it. What a sender chooses is `CodecSettings`; who packs and unpacks is `VectorEncoder` and
/// `VectorDecoder`.
public enum VectorCodec: UInt32, Sendable, CaseIterable {
    /// IEEE 754 single precision, four bytes an element: exact.
    case denseFloat32 = 1
    /// IEEE 754 half precision, two bytes an element, rounded to nearest even and saturated at ±65,504.
    case denseFloat16 = 2
    /// Stochastic uniform levels of each bucket's largest magnitude.
    case uniform = 3
    /// Stochastic uniform levels of each bucket's Euclidean norm.
    case qsgd = 4
    /// −1, 0 or 1 times each bucket's largest magnitude, five to a byte.
    case ternary = 5
    /// Stochastic rounding to a power of two.
    case natural = 6
    /// The sign, times each bucket's mean magnitude.
    case sign = 7
    /// Deterministic uniform levels between the vector's extremes.
    case grid = 8
    /// The largest elements and their places.
    case topK = 9
    /// A product of two thin matrices for each matrix of the policy.
    case lowRank = 10
    /// Whole multiples of a power of two, entropy coded; exact for a difference of two points of that lattice.
    case lattice = 11

    /// The most elements that any codec takes: with four bytes each, a length that fits every integer type used here.
    public static let maximumCount = 1 << 28
}
