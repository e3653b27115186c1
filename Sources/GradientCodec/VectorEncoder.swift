import Bounded

/// Packs vectors of one length with one codec.
///
/// **Memory:** one packed vector in its largest form, and what the codec keeps from vector to vector.
public struct VectorEncoder: ~Copyable {
    /// The codec, and what was chosen about it.
    public private(set) var settings: CodecSettings
    /// The length of every vector.
    public let count: Int

    private let scratch: CodecScratch
    private let data: UnsafeMutableRawBufferPointer
    private let parameters: UnsafeMutableRawBufferPointer
    private let contexts: UnsafeMutablePointer<AdaptiveBit>
    private let contextCount: Int
    private let counters: UnsafeMutableBufferPointer<UInt32>
    private let lowRank: LowRankEncoder?

    /// Reserves memory for vectors of `count` elements, with matrices at `layout`.
    public init(
        settings: CodecSettings, count: Int, layout: MatrixLayout, arena: inout Arena
    ) throws(Arena.Refusal) {
        try self.init(settings: settings, count: count, layout: layout, kernels: suitedCodecKernels(), arena: &arena)
    }

    /// The same with the kernels of a certain build.
    init(
        settings: CodecSettings, count: Int, layout: MatrixLayout, kernels: CodecKernelTable, arena: inout Arena
    ) throws(Arena.Refusal) {
        precondition(settings.isUsable, "codec settings out of range")
        let data = try arena.reserve(UInt8.self, count: VectorCodec.largestByteCount(count), holder: "packed vector")
        let parameters = try arena.reserve(
            UInt8.self, count: VectorCodec.largestParameterByteCount, holder: "packed vector")
        let isTopK = settings.codec == .topK
        let contextCount = settings.contextCount
        let contexts = try AdaptiveBit.reserve(contextCount, arena: &arena)
        let counters = try arena.reserve(
            UInt32.self, count: isTopK ? TopKSelection.counterCount : 0, holder: "top-k histogram")
        var lowRank: LowRankEncoder?
        if settings.codec == .lowRank {
            lowRank = try LowRankEncoder(rank: settings.rank, layout: layout, count: count, arena: &arena)
        }
        scratch = try CodecScratch(kernels: kernels, arena: &arena)
        self.contexts = contexts
        self.contextCount = contextCount
        self.counters = counters
        self.lowRank = lowRank
        self.data = UnsafeMutableRawBufferPointer(data)
        self.parameters = UnsafeMutableRawBufferPointer(parameters)
        self.settings = settings
        self.count = count
    }

    /// Takes over other settings; false, and nothing changes, when they need memory that is not reserved.
    public mutating func adopt(_ wanted: CodecSettings) -> Bool {
        let hasMemory =
            switch wanted.codec {
            case .lowRank: lowRank?.rank == wanted.rank
            case .topK: !counters.isEmpty
            default: wanted.codec.isDense || wanted.contextCount <= contextCount
            }
        guard wanted.isUsable, hasMemory else { return false }
        settings = wanted
        return true
    }

    /// Packs `vector`; what is random about it is drawn from `generator`.
    ///
    /// **Throws:** `notFinite` when an element is an infinity or not a number.
    public mutating func encode(
        _ vector: Vector, generator: inout RandomGenerator
    ) throws(CodecError) -> PackedBytes {
        precondition(vector.count == count, "a vector of another length")
        let codec = settings.codec
        switch codec {
        case .denseFloat32, .denseFloat16:
            let byteCount = try codec.encode(vector, into: data)
            return packed(codec, byteCount, 0)
        case .uniform, .qsgd, .ternary, .sign, .grid:
            guard let format = LevelFormat(settings) else { throw .badParameters }
            let byteCount = try format.pack(vector, into: data, scratch: scratch, generator: &generator)
            let isTrits = format.packing == .trits
            let codeByteCount = format.codeByteCount(count)
            return coded(
                EntropyStage(format), byteCount, format.writeParameters(codec, into: parameters),
                codes: isTrits ? LevelFormat.spareRoomOffset(count) : byteCount &- codeByteCount,
                bits: isTrits ? 8 : format.bits, codeByteCount: codeByteCount)
        case .natural:
            scratch.seed(&generator)
            try NaturalCompression.pack(vector, into: data, parameters: parameters, scratch: scratch)
            return coded(.powers, count, 1, codes: 0, bits: 8, codeByteCount: count)
        case .topK:
            guard let counters = counters.baseAddress,
                let byteCount = TopK.encode(
                    vector, keeping: settings.keptFraction, bits: settings.bits, counters: counters, contexts: contexts,
                    parameters: parameters, into: data)
            else { throw .notFinite }
            return packed(codec, byteCount, TopK.parameterByteCount)
        case .lowRank:
            guard let lowRank, let byteCount = lowRank.encode(vector, parameters: parameters, into: data) else {
                throw .notFinite
            }
            return packed(codec, byteCount, LowRank.parameterByteCount)
        case .lattice:
            throw .badParameters
        }
    }

    /// Packs `vector` as it is, in float32, whatever the codec.
    ///
    /// **Throws:** `notFinite` when an element is an infinity or not a number.
    public mutating func encodeDense(_ vector: Vector) throws(CodecError) -> PackedBytes {
        precondition(vector.count == count, "a vector of another length")
        let byteCount = try VectorCodec.denseFloat32.encode(vector, into: data)
        return packed(.denseFloat32, byteCount, 0)
    }

    /// The packed bytes with their last `codeByteCount`, which are the codes, entropy coded if that is wanted and
    /// shorter.
    ///
    /// The codes of `bits` each are read at `codes`.
    private func coded(
        _ stage: EntropyStage, _ byteCount: Int, _ parameterByteCount: Int, codes: Int, bits: Int, codeByteCount: Int
    ) -> PackedBytes {
        let plain = packed(settings.codec, byteCount, parameterByteCount)
        guard settings.usesEntropyCoding, stage.pays, codeByteCount > 1, let base = data.baseAddress else {
            return plain
        }
        // Plain bytes take less than twice the elements, and codes of a byte each lie behind three times of them.
        let room = base + (count &* 2 &+ 32)
        let limit = UnsafeMutableRawBufferPointer(start: room, count: codeByteCount &- 1)
        guard let codedByteCount = stage.write(base + codes, bits: bits, count: count, contexts: contexts, into: limit)
        else { return plain }
        let start = byteCount &- codeByteCount
        (base + start).copyMemory(from: room, byteCount: codedByteCount)
        parameters[parameterByteCount] = EntropyStage.mark
        return packed(settings.codec, start &+ codedByteCount, parameterByteCount &+ 1)
    }

    private func packed(_ codec: VectorCodec, _ byteCount: Int, _ parameterByteCount: Int) -> PackedBytes {
        PackedBytes(
            codec: codec, count: count,
            parameters: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(parameters)[0..<parameterByteCount]),
            data: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(data)[0..<byteCount]))
    }
}

extension CodecSettings {
    /// The contexts that packing takes; a dense codec reserves those of the levels that it may be told to change to.
    fileprivate var contextCount: Int {
        codec == .topK ? TopK.contextCount : usesEntropyCoding ? EntropyStage.contextCount : 0
    }
}
