import Bounded

/// A row of the agent table.
struct AgentSlot: BitwiseCopyable {
    var agent: KnownAgent
    var isWelcome = false
    /// Where it is, while it is welcome.
    var connection = Connection(0)
    var lastHeard = Instant(nanoseconds: 0)
    /// Whether it let a round's time pass, and has sent no report since: rounds do not wait for it.
    var isLate = false
    var hasSentVersion = false
    var sentVersion = PolicyVersion(0)
    /// The newest version made by its updates; above the durable one while it waits for the store.
    var newestVersion = PolicyVersion(0)

    /// Where its mirror is; −1 when none is kept.
    var mirror: Int32 = -1
    /// Whether it is known, or expected, to hold the parameters of `heldVersion` once all that was sent has come.
    var holdsVersion = false
    var heldVersion = PolicyVersion(0)

    /// Whether it trains the shared critic, and is sent it.
    var sharesCritic = false

    init(agent: KnownAgent) { self.agent = agent }
}
