import Bounded

extension VectorCodec {
    /// Dense codecs alone: packs `vector` into the first `encodedByteCount(vector.count)` bytes of `data`, and
    /// returns how many those are.
    ///
    /// **Throws:** `notFinite` when an element is an infinity or not a number: such a gradient must never be sent;
    /// `wrongByteCount` when `data` is too short. `data` may then hold anything.
    /// **Complexity:** one pass, vectorised.
    @discardableResult
    public func encode(_ vector: Vector, into data: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
        let byteCount = encodedByteCount(vector.count)
        guard byteCount <= data.count else {
            throw .wrongByteCount(neededBytes: byteCount, actualBytes: data.count)
        }
        guard let destination = data.baseAddress, vector.count > 0 else { return byteCount }
        let isFinite =
            self == .denseFloat32
            ? DenseFloat32.encode(vector, into: destination) : DenseFloat16.encode(vector, into: destination)
        guard isFinite else { throw .notFinite }
        return byteCount
    }

    /// Dense codecs alone: unpacks `data` into `vector`.
    ///
    /// **Throws:** `needsDecoder` for every other codec, `wrongElementCount` when `vector` is not `count` long,
    /// `wrongByteCount` and `badParameters` when the lengths are not the codec's, `notFinite` when an element is an
    /// infinity or not a number; `vector` then holds anything.
    /// **Complexity:** one pass, vectorised.
    public func decode(
        count: Int, parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer, into vector: Vector
    ) throws(CodecError) {
        guard vector.count == count else { throw .wrongElementCount(packed: count, vector: vector.count) }
        guard isDense else { throw .needsDecoder }
        guard parameters.isEmpty else { throw .badParameters }
        let byteCount = encodedByteCount(count)
        guard data.count == byteCount else {
            throw .wrongByteCount(neededBytes: byteCount, actualBytes: data.count)
        }
        guard let source = data.baseAddress, count > 0 else { return }
        let isFinite =
            self == .denseFloat32
            ? DenseFloat32.decode(source, into: vector) : DenseFloat16.decode(source, into: vector)
        guard isFinite else { throw .notFinite }
    }
}
