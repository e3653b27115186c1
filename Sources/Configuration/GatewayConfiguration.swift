import Aggregation
import Bounded
import PolicyMath

/// Everything that a gateway is told by its file, `gateway.conf`.
public struct GatewayConfiguration: Sendable {
    // [gateway]
    /// The federation's name for people.
    public var name = FixedText("lapwing")
    /// Where to listen.
    public var endpoint = FixedText()
    /// Neither encrypts nor authenticates; refused off loopback.
    public var isInsecure = false
    /// The gateway refuses to start when its buffers need more.
    public var memoryLimitBytes = 256 << 20
    /// How often a status event is written.
    public var statusIntervalMilliseconds = 5_000

    // [keys]
    /// The file with the gateway's key pair; may be empty in insecure mode.
    public var keyFile = FixedText()
    /// One agent a line: its public key, a space, its name.
    public var allowedKeysFile = FixedText()

    // [policy]
    /// A label for people and run folders; the gateway runs no environment.
    public var environment = FixedText()
    /// The shape of the shared policy.
    public var specification = PolicySpecification(distribution: .gaussian, observationCount: 0, actionCount: 0)
    /// How a new policy is drawn.
    public var initialisation = PolicyInitialisation()
    /// Empty: the policy is drawn.
    public var initialPolicyFile = FixedText()

    // [aggregation]
    /// How gradients become policy versions.
    public var rule = AggregationRule.afedpg
    /// What the rule `afedpg` is told; its step size and its care for long gradients go for every rule.
    public var afedpg = AFedPGSettings()
    /// What the rule `fednpg-admm` is told beside the step.
    public var consensus = ConsensusSettings()
    /// How a round's gradients, or BASGD's buffers, become one; and how many adversaries are reckoned with.
    public var robust = RobustSettings()
    /// What the rules `a3c`, `fedasync` and `fedbuff` are told beside that.
    public var arrivals = GatewayConfiguration.arrivalDefaults
    /// What gradients pass before an asynchronous rule sees them.
    public var filter = ArrivalFilterSettings()
    /// Of the filter `zeno`: the agent whose gradients are compared with, as the list of allowed keys names it, or,
    /// without keys, as it calls itself; empty with every other filter.
    public var validator = FixedText()
    /// Versions; an older update is refused.
    public var stalenessMaximum: UInt64 = 64
    /// Of rennala and malenia: gradients in a round.
    public var roundBatches: UInt64 = 20
    /// Of the same: gradients in the first round; 0: as many as in every other.
    public var roundBatchesInitial: UInt64 = 0
    /// Of rennala: whose means are asked for.
    public var collectFrom = CollectFrom.everyone
    /// Of rennala and malenia: how long an agent that was asked for its mean has to send it.
    public var collectTimeoutMilliseconds = 60_000
    /// Of the same: how long after a request, or a policy, it is sent again to an agent that does not seem to have it.
    public var collectResendMilliseconds = 1_000
    /// Of every rule of rounds: how long a round waits for agents that are there and do not report; 0: as long as it
    /// takes.
    public var roundTimeoutMilliseconds = 0

    // [local]
    /// Gradients behind one update.
    public var localBatches: UInt32 = 1
    /// The local step; 0: the gradients behind an update are taken at the same parameters.
    public var localStepSize: Float = 0
    /// Whether a local step is that long, whatever the gradient's length.
    public var localNormalises = false

    // [critic]
    /// The critic that agents share.
    public var critic = SharedCriticConfiguration()

    // [federation]
    /// The federation starts when this many agents are there.
    public var agentsMinimum = 1
    /// More agents than this are refused.
    public var agentsMaximum = 64
    /// Who is told about a new version.
    public var broadcast = BroadcastMode.announce
    /// Announcements within this time are put together.
    public var announceIntervalMilliseconds = 100
    /// 0: no limit.
    public var updatesMaximum: UInt64 = 0
    /// Environment steps of all agents together; 0: no limit.
    public var stepsMaximum: UInt64 = 0
    /// The mean return at which the federation stops; `noTarget`: never.
    public var targetReturn = Self.noTarget
    /// Over how many of the newest episodes that mean is taken.
    public var targetEpisodes: UInt64 = 40
    /// 0 draws a seed from the system at the first start.
    public var seed: UInt64 = 0

    // [uplink] and [downlink]
    /// How gradients and policies travel.
    public var links = LinkSettings()

    // [store]
    /// The database of policy versions.
    public var storePath = FixedText("/var/lib/lapwing-gateway/policies.sqlite")
    /// What an acknowledgement promises.
    public var durability = Durability.durable
    /// The parameters of how many of the newest versions are kept; 0: of all.
    public var keptVersions: UInt64 = 0
    /// The longest that the writer waits to put several versions into one commit.
    public var commitIntervalMilliseconds = 5

    // [network]
    /// Limits of the connections.
    public var network = NetworkSettings()

    /// A hash over the values as they were written (FNV-1a, 64 bits), set by loading.
    public internal(set) var hash: UInt64 = 0

    /// A return that nothing reaches.
    public static let noTarget = 1e12

    public init() {
        afedpg.momentum.exponent = 0.8
    }

    private static var arrivalDefaults: ArrivalRuleSettings {
        var settings = ArrivalRuleSettings()
        settings.bufferLength = 10
        settings.staleness = StalenessWeight()
        return settings
    }
}
