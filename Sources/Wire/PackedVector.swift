import GradientCodec

/// A vector as it travels: a codec, the number of elements, and their packed bytes.
///
/// The bytes are somebody else's. After decoding they are the decoder's, valid until its next message.
/// **Memory:** the data that a decoder hands out starts on a multiple of 16 bytes.
public struct PackedVector: @unchecked Sendable {
    /// How `data` is packed.
    public var codec: VectorCodec
    /// Elements after unpacking.
    public var count: Int
    /// What the codec needs beside the data; empty for the dense codecs.
    public var parameters: UnsafeRawBufferPointer
    /// The packed elements.
    public var data: UnsafeRawBufferPointer

    /// A packed vector over `data`, without codec parameters.
    public init(codec: VectorCodec, count: Int, data: UnsafeRawBufferPointer) {
        self.init(codec: codec, count: count, parameters: UnsafeRawBufferPointer(start: nil, count: 0), data: data)
    }

    public init(codec: VectorCodec, count: Int, parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer) {
        self.codec = codec
        self.count = count
        self.parameters = parameters
        self.data = data
    }
}
