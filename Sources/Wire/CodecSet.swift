import GradientCodec

/// The codecs that a peer can send and receive, one bit each; bits of unknown codecs are kept and mean nothing here.
public struct CodecSet: Equatable, Sendable {
    /// Bit c stands for the codec with raw value c.
    public var bits: UInt32

    public init(bits: UInt32) { self.bits = bits }

    /// Every codec that this build has.
    public static let all = CodecSet(bits: (1 << (VectorCodec.lattice.rawValue + 1)) - 2)

    /// Whether the peer can send and receive `codec`.
    public func contains(_ codec: VectorCodec) -> Bool { bits & (1 << codec.rawValue) != 0 }

    /// Adds `codec`.
    public mutating func insert(_ codec: VectorCodec) { bits |= 1 << codec.rawValue }
}
