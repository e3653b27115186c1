import Bounded
import Environments
import GradientCodec
import PolicyMath

/// What an agent is told when it starts.
public struct AgentSettings: Sendable {
    /// Whether the state of the environment survives from one batch to the next.
    public enum Episodes: Sendable {
        /// The environment is reset when a batch begins.
        case whole
        /// An episode goes on where the last batch cut it; its value is bootstrapped at the cut.
        case continued
    }

    /// How this agent is called in the gateway's lists and logs.
    public var name = FixedText("agent")
    /// The release of the program, for the gateway's lists.
    public var softwareVersion = FixedText("0")
    /// What every random number of this agent follows from, together with the boot epoch.
    public var seed: UInt64 = 0
    /// The widths of the hidden layers that memory is reserved for.
    public var hiddenWidths = LayerWidths()
    /// Whether observations are shifted and scaled with the federation's normaliser.
    public var normalisesObservations = false
    /// Environment steps behind one update.
    public var batchSteps = 1_000
    /// Whether episodes are continued from batch to batch.
    public var episodes = Episodes.whole
    /// Whether a continuous action is clipped to the environment's range before it is carried out.
    public var clipsActions = true
    /// How the gradient is estimated.
    public var estimator = EstimatorSettings()
    /// What memory is reserved for on the way up: codec, feedback, mirror and gate.
    public var uplink = UplinkSettings()
    /// Whether `uplink` is in force too, but for what binds both sides; else what the gateway's Welcome says.
    public var usesOwnUplink = false
    /// Whether a gate that is off counts what it would have kept back.
    public var shadowsGate = false
    /// How long an update waits for its answer before it is sent again.
    public var resendIntervalMilliseconds = 2_000
    /// How long a Hello waits for its answer before it is sent again.
    public var helloIntervalMilliseconds = 2_000
    /// Batches in a row that may be lost to a failing environment before the agent gives up.
    public var brokenBatchesMaximum = 5

    /// The defaults of the configuration file.
    public init() {}
}

extension AgentSettings {
    /// The policy that an agent with these settings reserves memory for.
    ///
    /// The range of the log standard deviation is the federation's to say; until its Welcome, any is taken.
    public func specification(for environment: borrowing EnvironmentInstance) -> PolicySpecification {
        PolicySpecification(
            distribution: environment.description.isDiscrete ? .softmax : .gaussian,
            observationCount: environment.description.observationCount,
            actionCount: environment.description.actionCount,
            hiddenWidths: hiddenWidths, logStdMinimum: -80, logStdMaximum: 80,
            normalisesObservations: normalisesObservations)
    }
}

extension AgentSettings {
    /// The estimator, with what the gate asks of it: the gradient's variance, its value at other parameters.
    var gatedEstimator: EstimatorSettings {
        var estimator = self.estimator
        if uplink.gate.needsVariance || shadowsGate { estimator.noiseChunks = uplink.gate.chunks }
        estimator.reevaluates = uplink.gate.rule == .lasgWK2
        estimator.importanceLimit = uplink.gate.importanceLimit
        return estimator
    }
}
