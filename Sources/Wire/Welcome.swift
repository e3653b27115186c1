import Bounded

/// The answer to a `Hello` that is accepted.
public struct Welcome: Sendable {
    /// The version that both sides speak from now on: at most the agent's, at most the gateway's.
    public var protocolVersion: UInt32 = WireLimits.protocolVersion
    /// The policy that the federation trains.
    public var specification: PolicyDescription
    /// What all its agents do alike.
    public var settings: FederationSettings
    /// The policy to start from; nil when what the agent holds is current, or while the federation waits.
    public var policy: Policy?
    /// What the federation is called; for people.
    public var federationName = FixedText()
    /// The newest report of the agent's epoch that was applied: it need not be sent again. 0 for none.
    public var lastAppliedSequence = UpdateSequence(0)
    /// More agents must come first: the agent samples nothing until a `Policy` arrives.
    public var isWaiting = false
    /// The gateway's newest version.
    public var newestVersion = PolicyVersion(0)
    /// What tells this federation from every other; 0 when the gateway keeps none.
    public var federationID: UInt64 = 0

    public init(specification: PolicyDescription, settings: FederationSettings) {
        self.specification = specification
        self.settings = settings
    }
}
