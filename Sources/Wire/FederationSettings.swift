import GradientCodec

/// What all agents of a federation are told to do alike.
public struct FederationSettings: Equatable, Sendable {
    /// How gradients are to be sent.
    public var uplink: UplinkSettings
    /// The largest staleness, in versions, that an update may have; an older one is refused.
    public var stalenessMaximum: UInt32
    /// The longest frame, in bytes, that the gateway accepts.
    public var largestMessageBytes: UInt32
    /// How often the gateway's transport asks for a sign of life, in milliseconds; 0 for never.
    public var heartbeatIntervalMilliseconds: UInt32
    /// How much is done behind one update.
    public var local: LocalWork
    /// How a natural gradient is agreed on; nil: agents send gradients.
    public var consensus: Consensus?
    /// The critic that agents share; nil: each trains its own, if it has one.
    public var critic: CriticSharing?

    public init(
        uplink: UplinkSettings, stalenessMaximum: UInt32, largestMessageBytes: UInt32,
        heartbeatIntervalMilliseconds: UInt32, local: LocalWork = LocalWork(), critic: CriticSharing? = nil
    ) {
        self.uplink = uplink
        self.stalenessMaximum = stalenessMaximum
        self.largestMessageBytes = largestMessageBytes
        self.heartbeatIntervalMilliseconds = heartbeatIntervalMilliseconds
        self.local = local
        self.critic = critic
    }
}
