import Bounded
import GatewayCore

/// Something that happened in the federation, as the operator is told it.
///
/// Plain values, so that the loop can hand one over without allocating; `docs/events.md` has every field as printed.
enum OperatorEvent: Sendable {
    case ready(ReadyEvent)
    case agent(AgentEvent)
    /// Enough agents are there: the first policy went out.
    case started(agents: Int)
    case update(UpdateEvent)
    /// The gate of an agent stayed shut, and nothing was applied.
    case skip(SkipEvent)
    case refused(RefusedEvent)
    case status(StatusEvent)
    /// The list of allowed keys was read again.
    case keys(allowed: Int)
    /// The list could not be read again; the one before is in force.
    case keysFailed(FixedText)
    /// The disk is full; commits are tried again.
    case storeTrouble(FixedText)
    /// A mirror in the store is damaged; its agent is told to send whole once.
    case mirrorLost(FixedText)
    /// Commits go through again.
    case storeRecovered
    case finished(reason: StaticString, version: UInt64)
    case stopping(reason: StaticString)
    case stopped(StoppedEvent)
}

/// The gateway listens.
struct ReadyEvent: Sendable {
    var endpoint = FixedText()
    /// All zeros without keys.
    var publicKey = AgentKey(words: (0, 0, 0, 0))
    var isInsecure = false
    var federation = FixedText()
    var federationID: UInt64 = 0
    var version: UInt64 = 0
    var parameterCount = 0
    var allowedKeys = 0
    var knownAgents = 0
    var store = FixedText()
    var isDurable = true
    var configurationHash: UInt64 = 0
    var memoryBytes = 0
}

/// An agent came or went.
struct AgentEvent: Sendable {
    /// `joined`, `replaced` or `left`.
    var change: StaticString = ""
    /// Why it left; empty otherwise.
    var reason: StaticString = ""
    var name = FixedText()
    var key = AgentKey(words: (0, 0, 0, 0))
    var epoch: UInt64 = 0
    /// How many agents are there now.
    var agents = 0
}

/// An update was applied.
struct UpdateEvent: Sendable {
    var version: UInt64 = 0
    var name = FixedText()
    var epoch: UInt64 = 0
    var sequence: UInt64 = 0
    var baseVersion: UInt64 = 0
    var delay: UInt64 = 0
    var trajectories: UInt32 = 0
    var steps: UInt32 = 0
    var episodes: UInt32 = 0
    /// The return statistics mean something when `episodes` is not zero.
    var returnMean = 0.0
    var returnMinimum = 0.0
    var returnMaximum = 0.0
    var episodeSteps = 0.0
    var gradientNorm = 0.0
    var stepLength = 0.0
    var entropy = 0.0
    var computeSeconds = 0.0
    var messageBytes = 0
    /// Whether the agent's mirror was applied in place of a gradient.
    var isReuse = false
    /// What the agent's gate compared; zeros without one.
    var gateValue = 0.0
    var gateThreshold = 0.0
    var totals = Totals()
    var seconds = 0.0
}

/// An agent's gate stayed shut.
struct SkipEvent: Sendable {
    var name = FixedText()
    var epoch: UInt64 = 0
    var sequence: UInt64 = 0
    var gateValue = 0.0
    var gateThreshold = 0.0
    var seconds = 0.0
}

/// Sums over all agents since the federation began.
struct Totals: Sendable {
    var steps: UInt64 = 0
    var episodes: UInt64 = 0
    /// Skips of both kinds.
    var skips: UInt64 = 0
    var bytesUp: UInt64 = 0
    var bytesDown: UInt64 = 0
}

/// Something was refused.
struct RefusedEvent: Sendable {
    /// The reason on the wire in kebab case, or `key` for a handshake with a key that is not on the list.
    var reason: StaticString = ""
    /// Empty when the sender is not known.
    var name = FixedText()
    /// The key that was refused; all zeros when it is not known.
    var key = AgentKey(words: (0, 0, 0, 0))
    /// Where a refused key came from.
    var address = FixedText()
    var sequence: UInt64 = 0
    /// How many refusals of this kind this event stands for.
    var count: UInt64 = 1
}

/// How the federation is, told at every status interval.
struct StatusEvent: Sendable {
    var version: UInt64 = 0
    var durableVersion: UInt64 = 0
    var agents = 0
    var knownAgents = 0
    /// Updates applied since the gateway started, and a second since the last status.
    var updates: UInt64 = 0
    var updatesPerSecond = 0.0
    /// Over the updates since the last status that had one; not a number when none had.
    var returnMean = Double.nan
    var delayMean = Double.nan
    var totals = Totals()
    var duplicates: UInt64 = 0
    /// Skips that changed nothing; skips in place of which a mirror was applied, which are updates too.
    var skips: UInt64 = 0
    var reused: UInt64 = 0
    /// Of the reports since the last status, the share of both; not a number when there were none.
    var skippedShare = Double.nan
    var mirrorMismatches: UInt64 = 0
    var traffic = GatewayTraffic()
    /// Of rules of rounds.
    var rounds = GatewayRoundCounters()
    /// Gradients that the filter was given to compare with, since the gateway started.
    var validations: UInt64 = 0
    var refused: UInt64 = 0
    var keysRefused: UInt64 = 0
    var commits: UInt64 = 0
    /// Events that were not printed because the reader was too slow.
    var eventsDropped: UInt64 = 0
    var seconds = 0.0
}

/// The gateway has ended.
struct StoppedEvent: Sendable {
    /// `signal`, `finished` or `failed`.
    var reason: StaticString = ""
    var version: UInt64 = 0
    var updates: UInt64 = 0
    var totals = Totals()
    var traffic = GatewayTraffic()
    var seconds = 0.0
    var exitCode: Int32 = 0
}
