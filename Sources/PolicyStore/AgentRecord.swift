import Bounded

/// What the gateway remembers of an agent across restarts.
///
/// `epoch` and `lastSequence` are what keeps an update from being applied twice.
public struct AgentRecord: Sendable, BitwiseCopyable {
    /// The most reasons of refusal that are counted apart.
    public static let reasonCount = 32

    /// The public key that identifies it.
    public var key = AgentKey(words: (0, 0, 0, 0))
    /// What it calls itself.
    public var name = FixedText()
    /// The newest boot epoch that the agent has shown.
    public var epoch: UInt64 = 0
    /// The newest sequence of that epoch that was applied or noted; 0: none.
    public var lastSequence: UInt64 = 0
    /// Whether that one was a skip.
    public var lastWasSkip = false
    /// Updates of it that became versions.
    public var updatesApplied: UInt64 = 0
    /// Reports that had been answered before.
    public var duplicates: UInt64 = 0
    /// Skips that were noted, and changed nothing else.
    public var skips: UInt64 = 0
    /// Skips in place of which its mirror was applied; they are among the updates applied.
    public var skipsReused: UInt64 = 0
    /// Updates that replaced a mirror which was not the one that their sender had.
    public var mirrorMismatches: UInt64 = 0
    /// Environment steps behind what was applied or noted.
    public var steps: UInt64 = 0
    /// Episodes that ended in those steps.
    public var episodes: UInt64 = 0
    /// The sum of the delays of its applied updates; divided by their count, the mean staleness.
    public var delaySum: UInt64 = 0
    /// The largest of those delays, in versions.
    public var delayMaximum: UInt64 = 0
    /// Bytes of the messages that came from it.
    public var bytesReceived: UInt64 = 0
    /// Bytes of the messages that went to it.
    public var bytesSent: UInt64 = 0
    /// What was refused, by the number of the reason on the wire.
    public var refusals: InlineArray<32, UInt64> = .init(repeating: 0)
    /// **Units:** nanoseconds since 1970, UTC; so is `lastSeenNanoseconds`.
    public var firstSeenNanoseconds: UInt64 = 0
    /// When it was last heard of.
    public var lastSeenNanoseconds: UInt64 = 0

    public init() {}

    /// How often anything was refused.
    public var refusedTotal: UInt64 {
        var sum: UInt64 = 0
        for index in refusals.indices { sum &+= refusals[index] }
        return sum
    }
}
