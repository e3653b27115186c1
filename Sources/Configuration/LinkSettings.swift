import GradientCodec

/// What a profile may say: how gradients travel to the gateway, and policies back.
///
/// These are the sections `[uplink]` and `[downlink]` of `gateway.conf`, whole. An agent has those keys of `[uplink]`
/// that are its business as well.
public struct LinkSettings: Equatable, Sendable {
    // [uplink]
    /// How gradients are packed, and when one is worth sending.
    public var uplink = UplinkSettings()
    /// ξ: the weight of each of the last directions in what a gate compares with.
    public var gateWeight = 0.1
    /// D: how many of the last directions that are.
    public var gateHistory = 10

    // [downlink]
    /// How policies are packed: dense, or `lattice` for differences from the version that an agent holds.
    public var downlinkCodec = VectorCodec.denseFloat32
    /// e: with `lattice`, parameters are whole multiples of 2^e.
    public var latticeExponent = -9
    /// With `lattice`, how many versions differences can begin at.
    public var downlinkHistory = 64

    /// Everything dense, every gradient sent.
    public init() {}
}

extension LinkSettings: SchemaDescribed {
    mutating func visit(_ visitor: SchemaVisitor) {
        uplink.visit(visitor)
        visitor.number("skip_threshold", &gateWeight, NumberRange(0, 1_000))
        visitor.integer("skip_history", &gateHistory, IntegerRange(1, 100, "versions"))
        visitor.begin(section: "downlink")
        var codec = DownlinkCodec(downlinkCodec)
        visitor.choice("codec", &codec)
        downlinkCodec = codec.codec
        visitor.integer("lattice_exponent", &latticeExponent, IntegerRange(-20, 0, ""))
        visitor.integer("history", &downlinkHistory, IntegerRange(1, 4_096, "versions"))
    }
}
