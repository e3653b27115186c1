import Wire

/// What was counted of one agent, or of peers that are no agents, since the federation began.
public struct KnownAgentCounters: Sendable, BitwiseCopyable {
    /// The size of `refusals`: every `RejectReason`, and 0, which is none.
    public static let reasonCount = 19

    /// Reports applied: updates, and skips in place of which the mirror was.
    public var applied: UInt64 = 0
    /// Of those, skips in place of which the agent's mirror was applied.
    public var reused: UInt64 = 0
    /// Updates that replaced a mirror which was not the one that their sender had.
    public var mirrorMismatches: UInt64 = 0
    /// Reports that had been answered before.
    public var duplicates: UInt64 = 0
    /// Skips noted that changed nothing else.
    public var skips: UInt64 = 0
    /// Environment steps behind what was applied or noted.
    public var steps: UInt64 = 0
    /// Episodes that ended in them.
    public var episodes: UInt64 = 0
    /// The sum of the delays of the updates applied, in versions.
    public var delaySum: UInt64 = 0
    /// The largest of those delays.
    public var delayMaximum: UInt64 = 0
    /// Bytes of the messages that came.
    public var bytesReceived: UInt64 = 0
    /// Bytes of the messages that went out.
    public var bytesSent: UInt64 = 0
    /// What was refused, by the raw value of its reason.
    public var refusals: InlineArray<19, UInt64> = .init(repeating: 0)

    /// Nothing counted.
    public init() {}

    /// How often something was refused for `reason`.
    public func refused(_ reason: RejectReason) -> UInt64 { refusals[Int(reason.rawValue)] }

    /// How often anything was refused.
    public var refusedTotal: UInt64 {
        var sum: UInt64 = 0
        for index in 0..<Self.reasonCount { sum += refusals[index] }
        return sum
    }

    mutating func count(_ reason: RejectReason) { refusals[Int(reason.rawValue)] &+= 1 }
}
