import GradientCodec
import PolicyMath

/// What `[critic]` of `gateway.conf` says: whether agents share a critic, and how.
public struct SharedCriticConfiguration: Equatable, Sendable {
    /// Whether agents share a critic.
    public var isShared = false
    /// The tanh layers of the agents' critics.
    public var hiddenWidths = LayerWidths(64, 64)
    /// w: how much of each change, or of a round's mean change, is added to the critic.
    public var weight = 0.1
    /// How agents pack changes.
    public var uplinkCodec = VectorCodec.denseFloat32
    /// How the critic is packed.
    public var downlinkCodec = VectorCodec.denseFloat32

    /// None is shared.
    public init() {}
}

extension SharedCriticConfiguration: SchemaDescribed {
    mutating func visit(_ visitor: SchemaVisitor) {
        visitor.begin(section: "critic")
        visitor.flag("shared", &isShared)
        visitor.widths("hidden", &hiddenWidths)
        visitor.number("weight", &weight, NumberRange(above: 0, 100))
        var codec = DenseCodec(uplinkCodec)
        visitor.choice("uplink_codec", &codec)
        uplinkCodec = codec.codec
        codec = DenseCodec(downlinkCodec)
        visitor.choice("downlink_codec", &codec)
        downlinkCodec = codec.codec
    }
}
