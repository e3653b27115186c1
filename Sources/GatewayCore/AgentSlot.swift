import Bounded

/// A row of the agent table.
struct AgentSlot: BitwiseCopyable {
    var agent: KnownAgent
    var isWelcome = false
    /// Where it is, while it is welcome.
    var connection = Connection(0)
    var lastHeard = Instant(nanoseconds: 0)
    var hasSentVersion = false
    var sentVersion = PolicyVersion(0)
    /// The newest version made by its updates; above the durable one while it waits for the store.
    var newestVersion = PolicyVersion(0)

    init(agent: KnownAgent) { self.agent = agent }
}
