import Bounded

/// How a vector is packed into bytes; the raw values are those of `Codec` on the wire.
///
/// A codec turns `count` numbers into `encodedByteCount(count)` bytes, little-endian, and back. The dense codecs keep
/// no state and need no parameters. A codec that follows adds a case here, its byte counts, and a file with its pair of
/// functions (`DenseFloat32` is the model); `Wire` checks lengths through this type alone.
public enum VectorCodec: UInt32, Sendable {
    /// IEEE 754 single precision, four bytes an element: exact.
    case denseFloat32 = 1
    /// IEEE 754 half precision, two bytes an element, rounded to nearest even and saturated at ±65,504.
    case denseFloat16 = 2

    /// The most elements that any codec takes: with four bytes each, a length that fits every integer type used here.
    public static let maximumCount = 1 << 28

    /// The bytes of data that `count` packed elements take.
    ///
    /// **Limit:** `count` is at most `maximumCount`; more is a programmer error.
    public func encodedByteCount(_ count: Int) -> Int {
        precondition(count >= 0 && count <= Self.maximumCount, "a vector longer than any codec takes")
        return switch self {
        case .denseFloat32: count * 4
        case .denseFloat16: count * 2
        }
    }

    /// The bytes of codec parameters that go with `count` packed elements.
    public func parameterByteCount(_ count: Int) -> Int {
        switch self {
        case .denseFloat32, .denseFloat16: 0
        }
    }
}
