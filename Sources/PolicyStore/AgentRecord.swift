import Bounded

/// What the gateway remembers of an agent across restarts.
///
/// `epoch` and `lastSequence` are what keeps an update from being applied twice.
public struct AgentRecord: Equatable, Sendable, BitwiseCopyable {
    public var key = AgentKey(words: (0, 0, 0, 0))
    public var name = FixedText()
    /// The newest boot epoch that the agent has shown.
    public var epoch: UInt64 = 0
    /// The newest sequence of that epoch that was applied or noted; 0: none.
    public var lastSequence: UInt64 = 0
    public var updatesApplied: UInt64 = 0
    public var updatesRefused: UInt64 = 0
    public var duplicates: UInt64 = 0
    public var skips: UInt64 = 0
    public var steps: UInt64 = 0
    public var episodes: UInt64 = 0
    /// The sum of the delays of its applied updates; divided by their count, the mean staleness.
    public var delaySum: UInt64 = 0
    public var bytesUp: UInt64 = 0
    public var bytesDown: UInt64 = 0
    /// **Units:** nanoseconds since 1970, UTC; so is `lastSeenNanoseconds`.
    public var firstSeenNanoseconds: UInt64 = 0
    public var lastSeenNanoseconds: UInt64 = 0

    public init() {}
}
