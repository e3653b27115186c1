/// What an encoder made of a vector, in the encoder's memory until its next call.
public struct PackedBytes: @unchecked Sendable {
    /// How it is packed.
    public var codec: VectorCodec
    /// Elements after unpacking.
    public var count: Int
    /// What the codec needs beside the data.
    public var parameters: UnsafeRawBufferPointer
    /// The packed elements.
    public var data: UnsafeRawBufferPointer

    public init(codec: VectorCodec, count: Int, parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer) {
        self.codec = codec
        self.count = count
        self.parameters = parameters
        self.data = data
    }
}
