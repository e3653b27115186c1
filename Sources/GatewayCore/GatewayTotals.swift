/// Sums over all agents since the federation began.
public struct GatewayTotals: Equatable, Sendable, BitwiseCopyable {
    /// Environment steps behind everything applied or noted.
    public var steps: UInt64 = 0
    /// Episodes that ended in them.
    public var episodes: UInt64 = 0
    /// Gradients that were not sent, those with a reused mirror included; restored with the agents.
    public var skips: UInt64 = 0
    /// Bytes of the messages that came.
    public var bytesReceived: UInt64 = 0
    /// Bytes of the messages that went out.
    public var bytesSent: UInt64 = 0

    /// Nothing counted.
    public init() {}
}
