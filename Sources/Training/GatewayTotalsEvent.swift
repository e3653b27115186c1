/// The gateway's sums, as `status` and `stopped` report them; what a gateway does not say is nil.
public struct GatewayTotalsEvent: Decodable, Equatable, Sendable {
    /// Bytes of all agents so far, to the gateway.
    public var bytesUp: UInt64?
    /// Bytes to all agents so far, from the gateway.
    public var bytesDown: UInt64?
    /// Gradients of all agents that were not sent so far, those with a reused mirror included.
    public var skipsTotal: UInt64?
    /// Skips since the gateway started in whose place a mirror was applied.
    public var reused: UInt64?
    /// Bytes by kind of message since the gateway started.
    public var traffic: WireTraffic?

    enum CodingKeys: String, CodingKey {
        case reused
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case skipsTotal = "skips_total"
        case traffic = "bytes"
    }

    package init(
        bytesUp: UInt64? = nil, bytesDown: UInt64? = nil, skipsTotal: UInt64? = nil, traffic: WireTraffic? = nil
    ) {
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.skipsTotal = skipsTotal
        self.traffic = traffic
    }
}
