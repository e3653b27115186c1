import GradientCodec

/// What all agents of a federation are told to do alike.
public struct FederationSettings: Equatable, Sendable {
    /// The codec in which gradients are to be sent.
    public var uplinkCodec: VectorCodec
    /// The largest staleness, in versions, that an update may have; an older one is refused.
    public var stalenessMaximum: UInt32
    /// The longest frame, in bytes, that the gateway accepts.
    public var largestMessageBytes: UInt32
    /// How often the gateway's transport asks for a sign of life, in milliseconds; 0 for never.
    public var heartbeatIntervalMilliseconds: UInt32

    public init(
        uplinkCodec: VectorCodec, stalenessMaximum: UInt32, largestMessageBytes: UInt32,
        heartbeatIntervalMilliseconds: UInt32
    ) {
        self.uplinkCodec = uplinkCodec
        self.stalenessMaximum = stalenessMaximum
        self.largestMessageBytes = largestMessageBytes
        self.heartbeatIntervalMilliseconds = heartbeatIntervalMilliseconds
    }
}
