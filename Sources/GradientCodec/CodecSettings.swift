/// How a sender packs vectors: a codec, and what is to be chosen about it.
///
/// Only the codec's own fields matter; the others keep their values.
public struct CodecSettings: Equatable, Sendable {
    /// The codec.
    public var codec = VectorCodec.denseFloat32
    /// Uniform, QSGD and grid: bits an element, sign included, 1 to 8.
    public var bits = 8
    /// Uniform, QSGD, ternary and sign: consecutive elements that share a scale, rounded up to a multiple of 32; 0:
    /// all.
    public var bucketSize = 256
    /// Top-k: the share of elements that is kept, above 0, at most 1; at least one element is.
    public var keptFraction: Float = 0.01
    /// Low rank: columns of the two thin matrices, 1 to 64.
    public var rank = 1
    /// Whether levels go through the entropy coder, where that takes fewer bytes; decision record 2 has the figures.
    public var usesEntropyCoding = true

    /// Dense float32.
    public init() {}

    /// The defaults of `codec`.
    public init(_ codec: VectorCodec) { self.codec = codec }

    /// Whether every field is in its range.
    public var isUsable: Bool {
        (1...8).contains(bits) && (0...65_535).contains(bucketSize) && keptFraction > 0 && keptFraction <= 1
            && (1...64).contains(rank) && codec != .lattice
    }
}
