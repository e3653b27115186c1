import Bounded

/// Unpacks vectors of any codec.
///
/// **Memory:** 256 bytes, and 5,120 of contexts for what is entropy coded, whatever the length of the vectors.
public struct VectorDecoder: ~Copyable {
    /// The longest vector.
    public let largestCount: Int
    private let layout: MatrixLayout
    private let scratch: CodecScratch
    private let contexts: UnsafeMutablePointer<AdaptiveBit>

    /// Reserves memory for vectors of at most `largestCount` elements; low rank is laid out by `layout`.
    public init(largestCount: Int, layout: MatrixLayout, arena: inout Arena) throws(Arena.Refusal) {
        try self.init(largestCount: largestCount, layout: layout, kernels: suitedCodecKernels(), arena: &arena)
    }

    /// The same with the kernels of a certain build.
    init(
        largestCount: Int, layout: MatrixLayout, kernels: CodecKernelTable, arena: inout Arena
    ) throws(Arena.Refusal) {
        let contexts = try AdaptiveBit.reserve(TopK.contextCount, arena: &arena)
        scratch = try CodecScratch(kernels: kernels, arena: &arena)
        self.contexts = contexts
        self.largestCount = largestCount
        self.layout = layout
    }

    /// Unpacks into `vector`.
    ///
    /// **Throws:** `wrongElementCount` when `vector` is not `count` long, and what is wrong with the bytes: nothing
    /// that a peer sends stops the program. `vector` then holds anything.
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
            let plain = plainParameters(parameters, codec == .grid ? 1 : codec == .ternary || codec == .sign ? 2 : 3)
            guard let format = LevelFormat(codec, parameters: plain) else { throw .badParameters }
            if plain.count == parameters.count {
                try format.unpack(data, into: vector, scratch: scratch)
            } else {
                try format.unpackCoded(data, into: vector, contexts: contexts, scratch: scratch)
            }
        case .natural:
            let plain = plainParameters(parameters, 1)
            var data = data
            if plain.count < parameters.count {
                let room = LevelFormat.ownRoom(vector)
                guard EntropyStage.powers.read(data, count: count, contexts: contexts, into: room) else {
                    throw .malformed
                }
                data = UnsafeRawBufferPointer(start: room, count: count)
            }
            try NaturalCompression.unpack(data, parameters: plain, into: vector, scratch: scratch)
        case .topK:
            try TopK.decode(parameters: parameters, data: data, contexts: contexts, into: vector)
        case .lattice:
            try LatticeDifference.decode(
                parameters: parameters, data: data, isAdded: false, contexts: contexts, into: vector)
        case .lowRank:
            try LowRank.decode(parameters: parameters, data: data, layout: layout, into: vector)
        }
    }

    /// Adds a packed difference of two points of a lattice to `point`, exactly: where it starts becomes where it leads.
    ///
    /// **Throws:** `badParameters` when the parameters are not a lattice's; `malformed` when the data is not what a
    /// `LatticeEncoder` writes, or `point` is not on that lattice or would leave it. `point` then holds anything:
    /// drop it, and ask for a whole one.
    public mutating func add(
        parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer, to point: Vector
    ) throws(CodecError) {
        try LatticeDifference.decode(
            parameters: parameters, data: data, isAdded: true, contexts: contexts, into: point)
    }

    /// Parameters without the mark of the entropy stage, if it is there: what is left should be `count` bytes.
    private func plainParameters(_ parameters: UnsafeRawBufferPointer, _ count: Int) -> UnsafeRawBufferPointer {
        guard parameters.count == count &+ 1, parameters[count] == EntropyStage.mark else { return parameters }
        return UnsafeRawBufferPointer(rebasing: parameters[..<count])
    }
}
