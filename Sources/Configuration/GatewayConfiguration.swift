import Aggregation
import Bounded
import PolicyMath

/// Everything that a gateway is told by its file, `gateway.conf`.
public struct GatewayConfiguration: Sendable {
    // [gateway]
    /// The federation's name for people.
    public var name = FixedText("lapwing")
    public var endpoint = FixedText()
    /// Neither encrypts nor authenticates; refused off loopback.
    public var isInsecure = false
    /// The gateway refuses to start when its buffers need more.
    public var memoryLimitBytes = 256 << 20
    public var statusIntervalMilliseconds = 5_000

    // [keys]
    public var keyFile = FixedText()
    /// One agent a line: its public key, a space, its name.
    public var allowedKeysFile = FixedText()

    // [policy]
    /// A label for people and run folders; the gateway runs no environment.
    public var environment = FixedText()
    public var specification = PolicySpecification(distribution: .gaussian, observationCount: 0, actionCount: 0)
    public var initialisation = PolicyInitialisation()
    /// Empty: the policy is drawn.
    public var initialPolicyFile = FixedText()

    // [aggregation]
    public var rule = AggregationRule.afedpg
    public var afedpg = AFedPGSettings()
    /// Versions; an older update is refused.
    public var stalenessMaximum: UInt64 = 64

    // [federation]
    /// The federation starts when this many agents are there.
    public var agentsMinimum = 1
    public var agentsMaximum = 64
    public var broadcast = BroadcastMode.announce
    public var announceIntervalMilliseconds = 100
    /// 0: no limit.
    public var updatesMaximum: UInt64 = 0
    /// Environment steps of all agents together; 0: no limit.
    public var stepsMaximum: UInt64 = 0
    /// 0 draws a seed from the system at the first start.
    public var seed: UInt64 = 0

    // [downlink]
    public var downlinkCodec = PayloadCodec.denseFloat32

    // [store]
    public var storePath = FixedText("/var/lib/lapwing-gateway/policies.sqlite")
    public var durability = Durability.durable
    public var commitIntervalMilliseconds = 5

    // [network]
    public var network = NetworkSettings()

    /// A hash over the values as they were written (FNV-1a, 64 bits), set by loading.
    public internal(set) var hash: UInt64 = 0

    public init() {
        afedpg.momentum.exponent = 0.8
    }
}
