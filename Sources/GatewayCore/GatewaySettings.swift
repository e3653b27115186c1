import Aggregation
import Bounded
import GradientCodec
import Wire

/// What a gateway is told about the federation that it serves.
public struct GatewaySettings: Sendable {
    /// The shared policy.
    public var policy: PolicyDescription
    /// How gradients are folded into it.
    public var rule: ServerRule.Settings = .afedpg(AFedPGSettings())
    /// What gradients pass before an asynchronous rule sees them.
    public var filter = ArrivalFilterSettings()
    /// Whose gradients the filter `zeno` compares with: an agent that is trusted, and no learner. It has a place of its
    /// own beside `agentsMaximum`, and neither starts nor ends the work. Nil with every other filter.
    public var validator: AgentKey?
    /// The federation's name, for people.
    public var federationName = FixedText()
    /// What tells this federation from every other; drawn once, when its store is made.
    public var federationID: UInt64 = 0
    /// Whether peers without a key are agents, told apart by their names.
    public var isInsecure = false
    /// How many different agents must be there before the first policy goes out.
    public var agentsMinimum = 1
    /// How many agents can be welcome at once.
    public var agentsMaximum = 64
    /// How many agents can ever be known: one that is forgotten could have an update applied twice, so none is.
    public var knownAgentsMaximum = 256
    /// The largest staleness of an update that is applied, in versions.
    public var stalenessMaximum: UInt64 = 100
    /// How much agents do behind one update. Whether they collect is the rule's to say.
    public var local = LocalWork()
    /// Of a rule of rounds: how long a round waits for agents that are there and do not report; 0: as long as it takes.
    public var roundTimeoutMilliseconds = 0
    /// Of a rule that collects: whose means are asked for.
    public var collectFrom = CollectFrom.everyone
    /// Of a rule that collects: how long an agent that was asked for its mean has to send it.
    public var collectTimeoutMilliseconds = 60_000
    /// How long after a `Collect`, or a policy, one is sent again to an agent that does not seem to have it.
    public var collectResendMilliseconds = 1_000
    /// How agents send gradients.
    public var uplink = UplinkSettings()
    /// The critic that agents share; nil: each trains its own.
    public var critic: SharedCriticSettings?
    /// The codecs that gradients are taken in; nil: the federation's own, and dense float32.
    public var acceptedCodecs: CodecSet?
    /// ξ: the weight of each of the last squared norms of the direction in what gates compare with.
    public var gateWeight = 0.0
    /// D: over how many versions they are summed.
    public var gateHistory = 10
    /// The codec in which policies are sent: a dense one, or `lattice` for differences from what the agent holds.
    public var downlinkCodec = VectorCodec.denseFloat32
    /// Of a lattice downlink: its points are multiples of two to this power.
    public var latticeExponent = -9
    /// Of a lattice downlink: from how many of the newest versions differences can be told.
    public var downlinkHistory = 64
    /// What an acknowledgement promises.
    public var durability = GatewayDurability.durable
    /// Who is told about new versions.
    public var broadcast = GatewayBroadcast.announce
    /// The least time between two announcements.
    public var announceIntervalMilliseconds = 100
    /// How long a silent agent stays welcome; it says `Hello` again when it comes back.
    public var sessionTimeoutMilliseconds = 300_000
    /// When an agent should try again what was refused for the moment.
    public var retryAfterMilliseconds = 200
    /// How many updates are applied before the work is done; 0 for no limit.
    public var updatesMaximum: UInt64 = 0
    /// How many environment steps are taken in before the work is done; 0 for no limit.
    public var stepsMaximum: UInt64 = 0
    /// The mean return at which the work is done; nil for none.
    public var targetReturn: Double?
    /// Over how many of the newest episodes that mean is taken, at least.
    public var targetEpisodes: UInt64 = 40
    /// What the transport's heartbeat is set to; agents are told.
    public var heartbeatIntervalMilliseconds: UInt32 = 1000

    /// The defaults for `policy`.
    public init(policy: PolicyDescription) { self.policy = policy }

    /// Whether every number is in its range, so that a core can be made of it.
    public var isUsable: Bool {
        let work = localWork
        let localIsUsable =
            (1...WireLimits.batchesMaximum).contains(local.batches)
            && local.stepSize >= 0 && local.stepSize.isFinite
            && !(work.collects && local.batches > 1) && !(work.accumulates && uplink.gate.rule != .none)
            && roundTimeoutMilliseconds >= 0 && collectTimeoutMilliseconds > 0 && collectResendMilliseconds > 0
        let downlinkIsUsable =
            downlinkCodec.isDense
            || (downlinkCodec == .lattice && Lattice.exponents.contains(latticeExponent)
                && (1...Self.historyLimit).contains(downlinkHistory))
        let gateIsUsable =
            gateWeight >= 0 && gateWeight.isFinite && (0...Self.historyLimit).contains(gateHistory)
        let filterIsUsable = filter.isUsable && (filter.kind == .none || !rule.isSynchronous)
            && (filter.kind == .zeno) == (validator != nil)
        // Whoever may send any gradient may send any critic, and nothing looks at those.
        let criticIsUsable = critic.map { $0.isUsable && filter.kind == .none && !isRobust } ?? true
        let core = rule.isUsable && localIsUsable && roundsAreUsable && consensusIsUsable && filterIsUsable
        return core && criticIsUsable && uplink.isUsable && downlinkIsUsable && gateIsUsable
            && agentsMinimum >= 1 && agentsMaximum >= agentsMinimum
            && knownAgentsMaximum >= placesMaximum && knownAgentsMaximum <= Self.knownAgentsLimit
            && stalenessMaximum <= UInt64(UInt32.max) && announceIntervalMilliseconds >= 0
            && sessionTimeoutMilliseconds > 0 && retryAfterMilliseconds > 0
            && retryAfterMilliseconds <= Int(WireLimits.intervalMillisecondsMaximum)
            && heartbeatIntervalMilliseconds <= WireLimits.intervalMillisecondsMaximum
            && targetEpisodes > 0 && !(targetReturn?.isNaN ?? false)
    }

    private var isRobust: Bool { rule.rounds?.robust.keepsGradients ?? false }

    /// Whether a robust combination has room for everybody's gradient, and rounds have as many as it needs.
    private var roundsAreUsable: Bool {
        guard case .rounds(let rounds) = rule, rounds.robust.keepsGradients else { return true }
        let needed = rounds.robust.gradientsNeeded(adversaries: rounds.robust.adversariesMaximum)
        return rounds.learnersMaximum >= agentsMaximum && agentsMinimum >= needed
    }

    /// How many agents can be welcome at once, the validating one with them.
    public var placesMaximum: Int { agentsMaximum + (validator == nil ? 0 : 1) }

    /// What the validating agent is told: every gradient, dense, whatever learners do to save bytes.
    public var validatorUplink: UplinkSettings { UplinkSettings() }

    /// Whether agents go on at one version until the rule has enough gradients.
    public var collects: Bool { rule.rounds?.gathering.collects ?? false }

    /// Whether only those are asked for their means whose answers come soonest.
    var collectsFromSoonest: Bool {
        guard collectFrom == .soonest, case .rennala = rule.rounds?.gathering else { return false }
        return true
    }

    /// What agents are told to do behind one update.
    public var localWork: LocalWork {
        var work = local
        work.collects = collects
        return work
    }

    /// The most versions that a gateway can be told to remember.
    public static let historyLimit = 65_536

    /// The most agents that any gateway can know.
    public static let knownAgentsLimit = 65_536

    /// The bounds of every message of this federation.
    public var wireLimits: WireLimits {
        WireLimits(policy: policy.shape, criticCount: criticCount, agrees: rule.rounds?.consensus != nil)
    }

    /// What agents are told about how they agree on a vector; nil when they do not.
    public var consensus: Consensus? {
        guard let consensus = rule.rounds?.consensus else { return nil }
        return Consensus(penalty: Float(consensus.penalty), rounds: UInt32(clamping: consensus.rounds))
    }

    /// Whether what agents send in a consensus comes whole, one batch at a time.
    private var consensusIsUsable: Bool {
        guard rule.rounds?.consensus != nil else { return true }
        return !localWork.accumulates && uplink.gate.rule == .none && uplink.mirror == .none && uplink.feedback == .none
    }

    /// How many parameters the shared critic has; 0 without one.
    public var criticCount: Int {
        guard let widths = critic?.wireWidths else { return 0 }
        return CriticSharing.parameterCount(
            observationCount: policy.shape.observationCount, hiddenWidths: widths)
    }
}
