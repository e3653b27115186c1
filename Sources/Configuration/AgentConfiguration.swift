import Bounded
import GradientCodec
import PolicyMath

/// Everything that an agent is told by its file, `agent.conf`.
public struct AgentConfiguration: Sendable {
    // [agent]
    /// The agent's name for people; its key is its identity.
    public var name = FixedText()
    /// Where the boot epoch is kept.
    public var stateDirectory = FixedText("/var/lib/lapwing-agent")
    /// 0 draws a seed from the system at each start.
    public var seed: UInt64 = 0
    /// The agent refuses to start when its buffers need more.
    public var memoryLimitBytes = 16 << 20
    /// How often a line of status is logged.
    public var statusIntervalSeconds = 10

    // [gateway]
    /// Where the gateway listens.
    public var gatewayEndpoint = FixedText()
    /// The file with the gateway's public key; may be empty in insecure mode.
    public var gatewayPublicKeyFile = FixedText()
    /// Neither encrypts nor authenticates; refused off loopback.
    public var isInsecure = false
    /// Failed handshakes in a row, before the first Welcome, after which the agent gives up; 0: never.
    public var handshakeTriesMaximum = 3

    // [keys]
    /// The file with the agent's key pair; may be empty in insecure mode.
    public var keyFile = FixedText()

    // [environment]
    /// The task.
    public var environmentName = FixedText()
    /// Empty: the environment is built in.
    public var environmentPlugin = FixedText()
    /// What the plug-in is told.
    public var environmentOptions = FixedText()

    // [policy]
    /// Widths of the tanh layers.
    public var hiddenWidths = LayerWidths(64, 64)
    /// Whether observations are shifted and scaled with the federation's statistics.
    public var normalisesObservations = false

    // [sampling]
    /// Environment steps behind one gradient.
    public var batchSteps = 1_000
    /// What happens to an episode that is under way when a batch is full.
    public var episodes = EpisodeMode.whole
    /// How long the agent samples or computes before it looks at the network again.
    public var sliceMilliseconds = 2
    /// Whether actions are clipped to the environment's range on their way to it.
    public var clipsActions = true

    // [learning]
    /// How trajectories become a gradient.
    public var estimator = EstimatorSettings()

    // [uplink]
    /// How gradients are packed, and when one is worth sending: what memory is reserved for, and, with
    /// `usesOwnUplink`, what is done.
    public var uplink = UplinkSettings()
    /// Whether `uplink` goes before what the gateway's Welcome says.
    public var usesOwnUplink = false
    /// Whether the agent works out what a gate would have skipped while there is none.
    public var shadowsGate = false
    /// How long an update waits for its acknowledgement before it is sent again.
    public var resendIntervalMilliseconds = 2_000

    // [network]
    /// Limits of the connection.
    public var network = NetworkSettings()

    /// A hash over the values as they were written (FNV-1a, 64 bits), set by loading.
    public internal(set) var hash: UInt64 = 0

    public init() {}
}
