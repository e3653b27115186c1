import Bounded
import GatewayCore
import PolicyMath
import PolicyStore
import ZMQTransport

/// Everything that a gateway is started with, resolved from its configuration.
public struct GatewayPlan: Sendable {
    /// The core's settings; the store fills in the federation's identity.
    public var core: GatewaySettings
    /// The shape of the shared policy.
    public var specification: PolicySpecification
    /// How the first policy is drawn.
    public var initialisation = PolicyInitialisation()
    /// What is drawn at the start is drawn from this.
    public var seed: UInt64 = 1
    /// A file with the parameters to begin with; empty: they are drawn.
    public var initialPolicyPath = ""
    /// The label of the task.
    public var environment = ""

    /// Where agents connect; a port of 0 or `*` is chosen by the system.
    public var endpoint = FixedText("tcp://127.0.0.1:0")
    /// The limits of the socket.
    public var limits = SocketLimits()
    /// The file of the gateway's key pair; unused when the core is insecure.
    public var keyPath = ""
    /// The file that lists the agents' public keys; unused when the core is insecure.
    public var allowedKeysPath = ""

    /// The name, on that list, of the agent that validates; empty: none does. Without keys it is in the core's
    /// settings already.
    public var validatorName = FixedText()

    /// The file of the store.
    public var storePath = "gateway.db"
    /// The least time from one commit to the next.
    public var commitIntervalMilliseconds = 0
    /// The parameters of how many of the newest versions the store keeps; 0: of all.
    public var keptVersions: UInt64 = 0
    /// The time from one status event to the next.
    public var statusIntervalMilliseconds = 1_000

    /// The most bytes that the gateway's own buffers may take.
    public var memoryLimitBytes = 256 << 20

    /// The canonical text of the effective configuration, and its hash.
    public var configurationText = ""
    /// The hash of that text.
    public var configurationHash: UInt64 = 0

    public init(core: GatewaySettings, specification: PolicySpecification) {
        self.core = core
        self.specification = specification
    }

    /// The durability in the store's terms.
    var durability: Durability { core.durability == .durable ? .durable : .volatile }

    /// The most versions in one commit. Durable: each agent has at most one update unacknowledged, so no more can wait.
    /// Volatile: nobody waits, so the number only has to outlast one commit at full speed.
    var versionsPerCommit: Int { core.durability == .durable ? core.agentsMaximum : 8_192 }

    /// The policy's shape as the store spells it.
    package var storedSpecification: StoredSpecification {
        StoredSpecification(
            distribution: specification.distribution == .gaussian ? "gaussian" : "softmax",
            observationCount: specification.observationCount, actionCount: specification.actionCount,
            hidden: (0..<specification.hiddenWidths.count).map { specification.hiddenWidths[$0] },
            logStdMinimum: specification.logStdMinimum, logStdMaximum: specification.logStdMaximum,
            observationNormalisation: specification.normalisesObservations)
    }

    /// What goes into the store about the federation.
    func federationRecord(identifier: UInt64) -> FederationRecord {
        FederationRecord(
            identifier: identifier, name: core.federationName.string, environment: environment,
            specification: storedSpecification, configuration: configurationText,
            configurationHash: configurationHash, seed: seed, createdNanoseconds: WallClock.nanoseconds)
    }
}
