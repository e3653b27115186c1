/// Why a vector could not be packed or unpacked.
///
/// None of these is helped by a retry with the same input.
public enum CodecError: Error, Equatable, Sendable {
    /// The buffer is not as long as the codec needs for this many elements.
    case wrongByteCount(neededBytes: Int, actualBytes: Int)
    /// The codec's parameters are malformed, or the codec takes none and some were given.
    case badParameters
    /// The vector has another number of elements than the packed one.
    case wrongElementCount(packed: Int, vector: Int)
    /// An element is an infinity or not a number.
    case notFinite
    /// The data is not what this codec writes: a level, a place or a length that cannot be.
    case malformed
    /// Only a `VectorDecoder` unpacks this codec.
    case needsDecoder
}
