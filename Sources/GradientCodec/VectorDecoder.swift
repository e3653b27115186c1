import Bounded

/// Unpacks vectors of any codec.
///
/// **Memory:** what the codecs need while they unpack one vector of at most `largestCount` elements.
public struct VectorDecoder: ~Copyable {
    /// The longest vector.
    public let largestCount: Int
    private let layout: MatrixLayout
    private let scratch: CodecScratch

    /// Reserves memory for vectors of at most `largestCount` elements; low rank is laid out by `layout`.
    public init(largestCount: Int, layout: MatrixLayout, arena: inout Arena) throws(Arena.Refusal) {
        try self.init(largestCount: largestCount, layout: layout, kernels: suitedCodecKernels(), arena: &arena)
    }

    /// The same with the kernels of a certain build.
    init(
        largestCount: Int, layout: MatrixLayout, kernels: CodecKernelTable, arena: inout Arena
    ) throws(Arena.Refusal) {
        scratch = try CodecScratch(kernels: kernels, arena: &arena)
        self.largestCount = largestCount
        self.layout = layout
    }

    /// Unpacks into `vector`.
    ///
    /// **Throws:** `wrongElementCount` when `vector` is not `count` long, and what is wrong with the bytes: nothing that
    /// a peer sends stops the program. `vector` then holds anything.
    public mutating func decode(
        _ codec: VectorCodec, count: Int, parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer,
        into vector: Vector
    ) throws(CodecError) {
        guard vector.count == count, count <= largestCount else {
            throw .wrongElementCount(packed: count, vector: vector.count)
        }
        switch codec {
        case .denseFloat32, .denseFloat16:
            try codec.decode(count: count, parameters: parameters, data: data, into: vector)
        case .uniform, .qsgd, .ternary, .sign, .grid:
            guard let format = LevelFormat(codec, parameters: parameters) else { throw .badParameters }
            try format.unpack(data, into: vector, scratch: scratch)
        case .natural:
            try NaturalCompression.unpack(data, parameters: parameters, into: vector, scratch: scratch)
        case .topK, .lowRank, .lattice:
            throw .badParameters
        }
    }
}
