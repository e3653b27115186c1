/// What an agent has done since it started: for status lines and tests.
public struct AgentCounters: Sendable {
    /// Environment steps, abandoned batches included.
    public var steps: UInt64 = 0
    /// Episodes that ended.
    public var episodes: UInt64 = 0
    /// Gradients computed: each became an update or a skip.
    public var updatesComputed: UInt64 = 0
    /// Updates that the gateway applied, as its answers said.
    public var updatesApplied: UInt64 = 0
    /// Reports that were skips.
    public var skips: UInt64 = 0
    /// Skips for which the gateway applied its mirror, as its answers said.
    public var skipsReused: UInt64 = 0
    /// Updates that the gate would not have sent, but for the limit on skips in a row or for want of a mirror.
    public var updatesForced: UInt64 = 0
    /// Updates that a gate in the shadow would not have sent.
    public var wouldHaveSkipped: UInt64 = 0
    /// Updates sent again whole because the gateway's mirror was another one.
    public var resynchronisations: UInt64 = 0
    /// Times an update or a skip was sent again.
    public var resends: UInt64 = 0
    /// Updates given up because their base version became too old.
    public var updatesStale: UInt64 = 0
    /// Updates that the gateway refused.
    public var updatesRefused: UInt64 = 0
    /// Batches lost because the environment failed, or it or the gradient came to a value that is not finite.
    public var batchesBroken: UInt64 = 0
    /// Batches abandoned because the policy they were sampled with became too old.
    public var batchesStale: UInt64 = 0
    /// Batches at hand that were cut because a Collect wanted what was finished.
    public var batchesCut: UInt64 = 0
    /// Finished batches that no update will stand for: a newer version came first.
    public var batchesDiscarded: UInt64 = 0
    /// Messages that could not be decoded, or made no sense where they came.
    public var messagesMalformed: UInt64 = 0
    /// Messages of the right form that were ignored: late, repeated or not asked for.
    public var messagesIgnored: UInt64 = 0
    /// Policies that were differences from a version that was not held.
    public var policiesWithoutBase: UInt64 = 0
    /// Policies taken over.
    public var policiesTaken: UInt64 = 0
    /// Welcomes received: one more than the reconnections.
    public var welcomes: UInt64 = 0

    /// All zero.
    public init() {}
}
