import Bounded

/// What a gateway remembers of an agent, whether it is there or not; all of it goes into the store.
///
/// `lastSequence` is what keeps an update from being applied twice, so a row may reach the disk with the version that
/// its agent made last (`GatewayAgentStatus.unstoredVersion`) or later, never before it: an update would be taken for
/// applied that a crash then lost.
public struct KnownAgent: Sendable, BitwiseCopyable {
    /// Its identity: the key that the transport proved, or one made of its name.
    public var key: AgentKey
    /// What it calls itself.
    public var name = FixedText()
    /// Its newest boot.
    public var epoch = BootEpoch(0)
    /// The newest report of that boot that was applied or noted; 0 for none.
    public var lastSequence = UpdateSequence(0)
    /// Whether that report made no version: a skip, or a gradient to validate with.
    public var lastWasSkip = false
    /// What was counted of it.
    public var counters = KnownAgentCounters()

    /// An agent that was never heard of.
    public init(key: AgentKey) { self.key = key }
}
