import Bounded
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
    public var statusIntervalSeconds = 10

    // [gateway]
    public var gatewayEndpoint = FixedText()
    public var gatewayPublicKeyFile = FixedText()
    /// Neither encrypts nor authenticates; refused off loopback.
    public var isInsecure = false

    // [keys]
    public var keyFile = FixedText()

    // [environment]
    public var environmentName = FixedText()
    /// Empty: the environment is built in.
    public var environmentPlugin = FixedText()
    public var environmentOptions = FixedText()

    // [policy]
    public var hiddenWidths = LayerWidths(64, 64)
    public var normalisesObservations = false

    // [sampling]
    public var batchSteps = 1_000
    public var episodes = EpisodeMode.whole
    /// How long the agent samples or computes before it looks at the network again.
    public var sliceMilliseconds = 2
    /// Whether actions are clipped to the environment's range on their way to it.
    public var clipsActions = true

    // [learning]
    public var estimator = EstimatorSettings()

    // [uplink]
    public var uplinkCodec = PayloadCodec.denseFloat32
    public var resendIntervalMilliseconds = 2_000

    // [network]
    public var network = NetworkSettings()

    /// A hash over the values as they were written (FNV-1a, 64 bits), set by loading.
    public internal(set) var hash: UInt64 = 0

    public init() {}
}
