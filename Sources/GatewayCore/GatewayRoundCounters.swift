/// What was counted of rounds, since the gateway started.
public struct GatewayRoundCounters: Equatable, Sendable, BitwiseCopyable {
    /// Rounds closed.
    public var rounds: UInt64 = 0
    /// Gradients behind the means that went into them.
    public var batches: UInt64 = 0
    /// Agents asked for their mean, repetitions not counted.
    public var collects: UInt64 = 0
    /// Of those, agents that did not send it in time.
    public var timeouts: UInt64 = 0
    /// How often a round went on without an agent that did not report within its time.
    public var lateReports: UInt64 = 0
    /// Progress that came too late or in vain: of another version, boot or rule, or of an agent that had reported.
    public var progressIgnored: UInt64 = 0

    /// Nothing counted.
    public init() {}
}
