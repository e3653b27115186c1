extension VectorCodec {
    /// Whether the codec keeps every element apart, in a fixed number of bytes and without parameters.
    public var isDense: Bool { self == .denseFloat32 || self == .denseFloat16 }

    /// The bytes of data that `count` densely packed elements take.
    ///
    /// **Limit:** a dense codec, and at most `maximumCount` elements; anything else is a programmer error.
    public func encodedByteCount(_ count: Int) -> Int {
        precondition(isDense, "only a dense codec has one length")
        precondition(count >= 0 && count <= Self.maximumCount, "a vector longer than any codec takes")
        return self == .denseFloat32 ? count * 4 : count * 2
    }

    /// The most bytes of data that `count` elements take in any codec, whatever its parameters.
    public static func largestByteCount(_ count: Int) -> Int {
        precondition(count >= 0 && count <= Self.maximumCount, "a vector longer than any codec takes")
        return 4 * count + 64
    }

    /// The most bytes of parameters that any codec has.
    public static let largestParameterByteCount = 32

    /// Whether a packed vector of these lengths can be one of this codec; whether it is, only unpacking tells.
    public func admits(count: Int, parameterByteCount: Int, dataByteCount: Int) -> Bool {
        guard count >= 0, count <= Self.maximumCount else { return false }
        if isDense { return parameterByteCount == 0 && dataByteCount == encodedByteCount(count) }
        return parameterByteCount <= Self.largestParameterByteCount && dataByteCount <= Self.largestByteCount(count)
    }
}
