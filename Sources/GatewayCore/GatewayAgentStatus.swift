import Bounded

/// What there is to say about an agent at present.
public struct GatewayAgentStatus: Sendable {
    /// What is remembered of it.
    public var agent: KnownAgent
    /// Where it is; nil: it is not welcome at present.
    public var connection: Connection?
    /// When a message last came from it.
    public var lastHeard: Instant
    /// The version that was last sent to it; nil: none since it was welcomed.
    public var sentVersion: PolicyVersion?
    /// The version that its unacknowledged update made; nil: none waits for the store.
    public var unstoredVersion: PolicyVersion?
}
