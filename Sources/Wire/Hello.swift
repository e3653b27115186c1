import Bounded

/// The first message of an agent on every connection: who it is, what it can do, what it holds.
public struct Hello: Sendable {
    /// The newest protocol version that the agent speaks.
    public var protocolVersion: UInt32 = WireLimits.protocolVersion
    /// What the agent is called; for people, and, without security, its identity.
    public var agentName = FixedText()
    /// How often the agent has started; at least 1.
    public var bootEpoch = BootEpoch(0)
    /// What the agent can send and receive.
    public var codecs = CodecSet.all
    /// The longest frame, in bytes, that the agent can receive.
    public var largestMessageBytes: UInt32 = 0
    /// The shape of the policy that the agent has reserved memory for.
    public var shape: PolicyShape
    /// The newest policy version that the agent holds; nil when it holds none.
    public var newestVersion: PolicyVersion?
    /// The agent's build; for people.
    public var softwareVersion = FixedText()
    /// The newest report of this epoch that was sent and never answered; 0 for none.
    public var lastSequence = UpdateSequence(0)
    /// The environment that the agent samples in; for people, not compared.
    public var environmentName = FixedText()
    /// The federation that `newestVersion` belongs to; 0 for none.
    public var federationID: UInt64 = 0
    /// The hidden layers of the critic that the agent would share; nil when it shares none.
    public var criticWidths: HiddenWidths?

    public init(shape: PolicyShape) { self.shape = shape }
}
