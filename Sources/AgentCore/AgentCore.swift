import Bounded
import Environments
import GradientCodec
import PolicyMath
import Wire

/// The agent as a state machine: events and the present time come in, at most one message at a time goes out.
///
/// It owns no socket, reads no clock and opens no file; every random number follows from its seed and boot epoch. A
/// shell hands it what happens (`connected`, `disconnected`, `received`), gives it time to compute (`work`), and sends
/// what `outgoing` returns.
///
/// Two things run beside each other: the *session* (hello, welcome; see `Session`) and the *batch* (sample, compute,
/// report; see `Sampler` and `Uplink`). A lost connection stops neither sampling nor an update on its way.
///
/// **Memory:** everything from the arena, at `init`; nothing is allocated afterwards.
/// **Source:** Lan et al., "Asynchronous Federated Reinforcement Learning with Policy Gradient Updates" (AFedPG),
/// algorithm 1, the agent's side.
public struct AgentCore: ~Copyable {
    /// What `outgoing` returned last, until the shell says what became of it.
    enum Offered {
        case nothing
        case hello
        case report
        case progress
        case fetch
        case goodbye
    }

    /// What the agent was told when it started.
    public let settings: AgentSettings
    /// The policy that memory is reserved for.
    public let specification: PolicySpecification
    /// What the agent has done so far.
    public internal(set) var counters = AgentCounters()
    /// Why the agent is to end; nil while it goes on.
    public internal(set) var ending: Ending?
    /// What the system could still give, for the reports; the shell sets it.
    public var freeMemoryBytes: UInt64 = 0

    /// What frames cost on the wire; the shell sets it.
    public var frameCost = FrameCost(isEncrypted: true)
    /// What each kind of message has cost, as the transport took or handed over its frames.
    public internal(set) var traffic = MessageTraffic()

    var session: Session
    var uplink: Uplink
    var sampler: Sampler
    var held: HeldPolicy
    var local: LocalAccumulator
    var agreement = Agreement()
    /// The gateway has not been told of the newest batch at hand.
    var owesProgress = false
    var decoder: MessageDecoder
    var smallMessages: MessageEncoder
    var reportMessages: MessageEncoder

    var compressor: GradientCompressor
    var vectors: VectorDecoder
    /// What packing is random by.
    var draws: RandomGenerator

    /// The encoded update or skip, in the encoder's memory, for as long as the uplink holds one.
    var encodedReport = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Where the change of a shared critic is packed in half precision; empty without one.
    let criticBytes: UnsafeMutableBufferPointer<UInt8>
    /// Whether what the uplink holds is a skip.
    var reportIsSkip = false
    /// Whether its answer means that the gateway has merged the observations behind it.
    var reportHasObservations = false

    /// What the last Welcome said.
    var federation: FederationSettings?
    /// The federation waits for more agents: nothing is sampled.
    var isWaitingForStart = false
    /// A round has enough gradients: nothing is sampled until a policy comes, or then.
    var restsUntil: Instant?
    /// The newest version that any message has named.
    var newestKnown = PolicyVersion.initial
    /// The version that the batch at hand is sampled with.
    var batchVersion = PolicyVersion.initial
    /// What the gateway sent for the gate with that version.
    var batchReference: Float = 0
    var batchBegan = Instant(nanoseconds: 0)
    var fetchAt = Instant(nanoseconds: 0)
    var blockedUntil = Instant(nanoseconds: 0)
    var offered = Offered.nothing
    var offeredBytes = 0
    var brokenBatches = 0
    var wantsGoodbye = false

    /// Reserves everything that the agent will ever use.
    ///
    /// **Throws:** `Arena.Refusal`, with the holder that did not fit.
    public init(
        settings: AgentSettings, environment: consuming EnvironmentInstance, epoch: BootEpoch, arena: inout Arena
    ) throws(Arena.Refusal) {
        let specification = settings.specification(for: environment)
        let shape = PolicyShape(specification)
        let criticCount = settings.sharedCriticCount(specification)
        let limits = WireLimits(policy: shape, criticCount: criticCount)
        let incomingLimits = WireLimits(
            policy: shape, criticCount: criticCount, agrees: settings.estimator.direction == .consensus)
        let smallLimits = WireLimits(
            largestMessageBytes: WireLimits.envelopeBytesMaximum, parameterCountMaximum: 1)

        let sampler = try Sampler(
            settings: settings, specification: specification, environment: environment, epoch: epoch, arena: &arena)
        let held = try HeldPolicy(
            specification: specification, criticCount: criticCount, agreed: sampler.estimator.agreed, arena: &arena)
        let local = try LocalAccumulator(parameterCount: specification.parameterCount, arena: &arena)
        let decoder = try MessageDecoder(limits: incomingLimits, arena: &arena)
        let smallMessages = try MessageEncoder(limits: smallLimits, arena: &arena)
        let reportMessages = try MessageEncoder(limits: limits, arena: &arena)
        let compressor = try GradientCompressor(
            reserving: settings.uplink, isShadow: settings.shadowsGate, count: specification.parameterCount,
            layout: shape.matrixLayout, arena: &arena)
        let vectors = try VectorDecoder(
            largestCount: specification.parameterCount, layout: shape.matrixLayout, arena: &arena)
        let criticBytes = criticCount > 0
            ? try arena.reserve(
                UInt8.self, count: VectorCodec.denseFloat16.encodedByteCount(criticCount), holder: "critic shared")
            : UnsafeMutableBufferPointer(start: nil, count: 0)
        session = Session(helloIntervalMilliseconds: settings.helloIntervalMilliseconds)
        uplink = Uplink(epoch: epoch, resendIntervalMilliseconds: settings.resendIntervalMilliseconds)
        self.sampler = sampler
        self.held = held
        self.local = local
        self.decoder = decoder
        self.smallMessages = smallMessages
        self.reportMessages = reportMessages
        self.criticBytes = criticBytes
        self.compressor = compressor
        self.vectors = vectors
        draws = RandomGenerator(seed: settings.seed, stream: epoch.number &* 4 &+ 3)
        self.settings = settings
        self.specification = specification
    }

    /// The longest frame that can come in or go out; the transport's limit and the receive buffer follow from it.
    public var largestMessageBytes: Int { decoder.limits.largestMessageBytes }

    /// What the environment is called.
    public var environmentName: FixedText { sampler.environment.description.name }
    /// The newest policy version held.
    public var heldVersion: PolicyVersion? { held.version }
    /// How far the connection has come.
    public var sessionState: Session.State { session.state }
    /// What the gate said of the last gradient.
    public var gateReading: GateReading { compressor.reading }
    /// How often the gate decided how.
    public var gateCounters: GateCounters { compressor.gate.counters }
    /// What is in force on the way up.
    public var uplinkSettings: UplinkSettings { compressor.settings }
    /// Whether an update waits for its answer.
    public var hasUpdateInFlight: Bool { uplink.isInFlight }
    /// The boot epoch that this agent's updates are named by.
    public var epoch: BootEpoch { uplink.epoch }
    /// Whether the next slice of work takes environment steps.
    public var isSampling: Bool { sampler.phase == .sampling }
    /// Whether a batch is being sampled or differentiated.
    public var isWorking: Bool { sampler.phase == .sampling || sampler.phase == .computing }
}
