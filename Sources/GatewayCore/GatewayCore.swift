import Aggregation
import Bounded
import GradientCodec
import Wire

/// The gateway as a state machine: who may take part, which update is applied, which version is sent to whom, and when
/// an update counts as acknowledged.
///
/// It owns no socket, reads no clock, opens no file and draws no number (but the first shared critic, from the seed in
/// its settings): an event and the present time go in
/// (`handle`), and actions are taken out one by one (`nextAction`) until there are none, before the next event. The
/// same events make the same actions, byte for byte.
///
///     core.handle(.message(from: connection, key: key, bytes: frame), at: now)
///     while let action = core.nextAction() { … }
///
/// What it promises (numbers as in `docs/reliability.md`):
/// - an update, named by agent key, boot epoch and sequence, is applied at most once, and answered as applied only when
///   the store has it (G1);
/// - a version that goes out was durable first, unless `durability` is volatile, and never changes its bytes (G2, G6);
/// - no update is applied whose base version is older than `stalenessMaximum` allows or was never sent out (G3);
/// - what is refused changes nothing but counters (G9), and all memory is reserved at the start (G7).
///
/// **Memory:** everything comes from the arena that `init` is given; nothing is allocated later.
public struct GatewayCore: ~Copyable {
    /// What was configured.
    public let settings: GatewaySettings
    /// Sums over all agents.
    public internal(set) var totals = GatewayTotals()
    /// What was counted of peers that are not known as agents.
    public internal(set) var strangers = KnownAgentCounters()
    /// Messages and their bytes by kind, since the gateway started.
    public internal(set) var traffic = GatewayTraffic()
    /// What was counted of rounds.
    public internal(set) var roundCounters = GatewayRoundCounters()
    /// How many changes of a shared critic were taken in since the gateway started.
    public internal(set) var criticChanges: UInt64 = 0
    /// How many agents are known.
    public internal(set) var agentCount = 0
    /// How many agents are welcome at present, the validating one with them.
    public internal(set) var welcomeCount = 0
    /// Whether the validating agent is among them.
    public internal(set) var hasValidator = false
    /// How many gradients the filter has been given to compare with, since the gateway started.
    public internal(set) var validationCount: UInt64 = 0
    /// Whether enough agents have been there for the first policy to go out.
    public internal(set) var hasStarted = false
    /// What ended the work; nil while there is more to do.
    public internal(set) var completion: GatewayNotice.Completion?
    /// The newest version that the store has, or that counts as such without durability.
    public internal(set) var durableVersion = PolicyVersion.initial

    let limits: WireLimits
    let frameCost: FrameCost
    let acceptedCodecs: CodecSet
    var rule: ServerRule
    var filter: ArrivalFilter
    var observations: ObservationMerge
    var critic: CriticMerge
    var decoder: MessageDecoder
    var vectorDecoder: VectorDecoder
    var encoder: MessageEncoder
    var versions: VersionRing
    var differences: LatticeEncoder
    var mirrors: MirrorTable
    var gate: GateReference
    var round: RoundBook
    var answerTimes: AnswerTimes
    var connections: ConnectionTable
    var actions: ActionQueue
    var returns: ReturnWindow
    let agents: UnsafeMutableBufferPointer<AgentSlot>
    let recipients: UnsafeMutableBufferPointer<Connection>
    let state: UnsafeMutableBufferPointer<Double>
    /// Scratch: a gradient, then a sampling point in single precision.
    let scratch: Vector
    /// The gradient as the filter leaves it; empty without one.
    let screened: Vector
    let observationScratch: (mean: Vector, squaredDeviations: Vector)
    /// Scratch: the change of a shared critic, or the critic in single precision.
    let criticScratch: Vector
    /// The targets behind the change in it; nil: the report at hand brings none.
    var arrivedTargets: TargetMoments?
    /// The update that the present event made a version of, until its record is taken out.
    var applied: AppliedUpdate?
    /// The reports that went into the newest version, or wait for others to make one with.
    let contributions: UnsafeMutableBufferPointer<Contribution>
    var contributionCount = 0
    var unstored: UnstoredReports
    var rejectDetail = FixedText()
    /// What was sent last, in case that it could not be delivered.
    var sent: (kind: MessageKind, bytes: Int) = (.policy, 0)
    /// The version that was last shared by everybody who held the one shared before.
    var sharedVersion: PolicyVersion?
    /// When the present event came.
    var clock = Instant(nanoseconds: 0)
    var isStopping = false
    var hasNotedCompletion = false
    var hasDrained = false
    var announcedVersion = PolicyVersion.initial
    var lastAnnounce: Instant?

    /// Reserves all memory for a federation of `settings`, with a policy of zeros: `start` or `restore` comes next.
    ///
    /// **Throws:** `Arena.Refusal`: give the arena a higher limit, or the federation a smaller policy or fewer agents.
    public init(settings: GatewaySettings, arena: inout Arena) throws(Arena.Refusal) {
        precondition(settings.isUsable, "gateway settings out of range")
        let shape = settings.policy.shape
        let parameterCount = shape.parameterCount
        let observationCount = settings.policy.normalisesObservations ? shape.observationCount : 0
        let limits = settings.wireLimits
        let rule = try ServerRule(parameterCount: parameterCount, settings: settings.rule, arena: &arena)
        let filter = try ArrivalFilter(parameterCount: parameterCount, settings: settings.filter, arena: &arena)
        let observations = try ObservationMerge(observationCount: observationCount, arena: &arena)
        let criticCount = settings.criticCount
        let critic = try CriticMerge(
            parameterCount: criticCount, weight: settings.critic?.weight ?? 1,
            hasRounds: settings.rule.isSynchronous, arena: &arena)
        let decoder = try MessageDecoder(limits: limits, arena: &arena)
        let vectorDecoder = try VectorDecoder(
            largestCount: parameterCount, layout: shape.matrixLayout, arena: &arena)
        let encoder = try MessageEncoder(limits: limits, arena: &arena)
        let isLattice = settings.downlinkCodec == .lattice
        let unstoredVersions = settings.durability == .durable ? settings.agentsMaximum : 0
        let versions = try VersionRing(
            depth: unstoredVersions + 1 + (isLattice ? settings.downlinkHistory : 0),
            codec: isLattice ? .denseFloat32 : settings.downlinkCodec, parameterCount: parameterCount,
            normaliserLength: observationCount, criticCodec: settings.critic?.downlinkCodec ?? .denseFloat32,
            criticCount: criticCount, agrees: settings.consensus != nil, arena: &arena)
        let differences = try LatticeEncoder(count: isLattice ? parameterCount : 0, arena: &arena)
        let mirrors = try MirrorTable(
            precision: settings.uplink.mirror, agents: settings.agentsMaximum, elementCount: parameterCount,
            arena: &arena)
        let gate = try GateReference(
            weight: settings.gateWeight, length: settings.gateHistory, arena: &arena)
        let isSynchronous = settings.rule.isSynchronous
        let round = try RoundBook(
            knownAgents: isSynchronous ? settings.knownAgentsMaximum : 0, agents: settings.agentsMaximum,
            observationCount: isSynchronous ? observationCount : 0, collects: settings.collects, arena: &arena)
        let answerTimes = try AnswerTimes(
            knownAgents: settings.collectsFromSoonest ? settings.knownAgentsMaximum : 0, arena: &arena)
        let connections = try ConnectionTable(capacity: settings.placesMaximum, arena: &arena)
        let actions = try ActionQueue(capacity: 3 * settings.placesMaximum + 16, arena: &arena)
        let returns = try ReturnWindow(length: ReturnWindow.length, arena: &arena)
        let agents = try arena.reserve(AgentSlot.self, count: settings.knownAgentsMaximum, holder: "agents")
        let recipients = try arena.reserve(Connection.self, count: settings.placesMaximum, holder: "recipients")
        let contributions = try arena.reserve(
            Contribution.self, count: settings.agentsMaximum, holder: "contributions")
        let unstored = try UnstoredReports(capacity: settings.agentsMaximum, arena: &arena)
        let state = try arena.reserve(
            Double.self,
            count: 1 + rule.stateCount + returns.stateCount + gate.stateCount + critic.stateCount + filter.stateCount,
            holder: "rule state")
        let scratch = try arena.vector(parameterCount, holder: "gradient")
        let criticScratch = criticCount > 0 ? try arena.vector(criticCount, holder: "shared critic") : scratch[0..<0]
        let screened = try arena.vector(
            settings.filter.kind == .none ? 0 : parameterCount, holder: "gradient in a filter")
        let mean = try arena.vector(observationCount, holder: "observation statistics")
        let squaredDeviations = try arena.vector(observationCount, holder: "observation statistics")

        var acceptedCodecs = settings.acceptedCodecs ?? CodecSet(bits: 0)
        acceptedCodecs.insert(.denseFloat32)
        acceptedCodecs.insert(settings.uplink.codec.codec)
        self.settings = settings
        self.limits = limits
        frameCost = FrameCost(isEncrypted: !settings.isInsecure)
        self.acceptedCodecs = acceptedCodecs
        self.rule = rule
        self.filter = filter
        self.observations = observations
        self.critic = critic
        self.criticScratch = criticScratch
        self.decoder = decoder
        self.vectorDecoder = vectorDecoder
        self.encoder = encoder
        self.versions = versions
        self.differences = differences
        self.mirrors = mirrors
        self.gate = gate
        self.round = round
        self.answerTimes = answerTimes
        self.connections = connections
        self.actions = actions
        self.returns = returns
        self.agents = agents
        self.recipients = recipients
        self.contributions = contributions
        self.unstored = unstored
        self.state = state
        self.scratch = scratch
        self.screened = screened
        observationScratch = (mean, squaredDeviations)
        drawCritic()
        precondition(encode(.welcome(emptyWelcome)) != nil, "a policy or a name that the wire does not carry")
    }

    /// The newest version in memory.
    public var version: PolicyVersion { rule.state.version }

    /// How many learners are welcome at present: everybody but the validating agent.
    public var learnerCount: Int { welcomeCount - (hasValidator ? 1 : 0) }

    /// Whether the work is done, and everything applied is durable.
    public var isFinished: Bool { completion != nil && durableVersion == version }

    /// Whether nothing is admitted any more, and everything applied is durable.
    public var hasNothingLeft: Bool { hasDrained }

    /// Takes in one event at time `now`. Every action of the event before must have been taken out.
    ///
    /// **Complexity:** an update takes a few passes over the parameters, everything else at most one over the agents.
    public mutating func handle(_ event: GatewayEvent, at now: Instant) {
        precondition(actions.isEmpty, "an event before all actions of the last were taken out")
        actions.reset()
        clock = now
        if applied != nil { contributionCount = 0 }
        arrivedTargets = nil
        applied = nil
        rejectDetail = FixedText()
        // A federation that had started before a restart is in a round from the first event on.
        if !round.isOpen, hasStarted { openRound() }
        switch event {
        case .message(let connection, let key, let bytes): receive(bytes, from: connection, key: key, at: now)
        case .connectionGone(let connection):
            if let agent = connections.agent(at: connection) { leave(agent, .connectionGone) }
        case .stored(let newest): noteStored(upTo: newest)
        case .tick:
            expireSessions(at: now)
            promptCollectors()
            expireRound()
        case .stop: isStopping = true
        }
        announceIfDue(at: now)
        noteTheEnd()
    }

    /// What there is to say about the agent with index `agent`, below `agentCount`.
    public func agent(at agent: Int) -> GatewayAgentStatus {
        precondition(agent >= 0 && agent < agentCount, "an agent that is not known")
        let slot = agents[agent]
        return GatewayAgentStatus(
            agent: slot.agent, connection: slot.isWelcome ? slot.connection : nil, lastHeard: slot.lastHeard,
            sentVersion: slot.hasSentVersion ? slot.sentVersion : nil,
            unstoredVersion: slot.newestVersion > durableVersion ? slot.newestVersion : nil)
    }

    /// The mean return of the newest `targetEpisodes` episodes; nil until there are as many.
    public var recentReturn: Double? { returns.mean(overLast: settings.targetEpisodes) }
}
