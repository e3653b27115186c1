import GradientCodec

extension GatewayConfiguration {
    /// How agents pack gradients, and when one is worth sending.
    public var uplink: UplinkSettings { links.uplink }
    /// ξ: the weight of each of the last directions in what a gate compares with.
    public var gateWeight: Double { links.gateWeight }
    /// D: how many of the last directions that are.
    public var gateHistory: Int { links.gateHistory }
    /// How policies are packed.
    public var downlinkCodec: VectorCodec { links.downlinkCodec }
    /// e: with the codec `lattice`, parameters are whole multiples of 2^e.
    public var latticeExponent: Int { links.latticeExponent }
    /// With the codec `lattice`, how many versions differences can begin at.
    public var downlinkHistory: Int { links.downlinkHistory }
}
