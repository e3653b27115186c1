import Bounded

/// Turns the steps that an agent samples into a policy gradient, a batch at a time.
///
/// A round is `begin`, `record` for each environment step until `isFull`, then `advance` until it returns true;
/// `gradient` is ready then. A batch may hold several episodes, and may begin and end within one: an episode that was
/// not marked as ended at the batch's last step goes on in the next batch.
///
/// **Limit:** recording into a full batch stops the program.
/// **Memory:** everything is reserved by `init`, in the arena, under a holder name for each part. The streaming form
/// keeps no step (but for the natural gradient, the observations that enter the Fisher matrix).
public struct GradientEstimator: ~Copyable {
    /// The policy's shape.
    public let specification: PolicySpecification
    /// How gradients are estimated.
    public let settings: EstimatorSettings
    /// The steps of a batch.
    public let batchSteps: Int
    /// The direction to send, in canonical order: the gradient of the mean return a step (the sum over the batch
    /// divided by its steps), the natural gradient made of it, or what a consensus is made of.
    public let gradient: Vector
    /// Steps recorded since `begin`.
    public internal(set) var stepCount = 0
    /// The policy's mean entropy a step, in nats.
    public internal(set) var entropy: Float = 0
    /// The mean advantage before normalisation.
    public internal(set) var meanAdvantage: Float = 0
    /// The advantages' standard deviation before normalisation.
    public internal(set) var advantageDeviation: Float = 0

    /// v̂: the estimated variance of `gradient` as a squared norm; 0 when it is not estimated.
    public internal(set) var variance = 0.0
    /// ‖g(θ; ξ) − g(θ̂; ξ)‖² with θ̂ the remembered parameters; nil when there are none.
    public internal(set) var movedSquare: Double?

    let kernels: KernelTable
    let pass: TilePass
    var trajectory: Trajectory
    var linear: LinearBaseline?
    var critic: Critic?
    var natural: NaturalGradient?
    var consensus: ConsensusShare?
    var scoreTrace: ScoreTrace?
    var noise: SamplingNoise?
    var reevaluation: Reevaluation?

    /// Steps since the episode began.
    var episodeTime = 0
    /// γ^episodeTime.
    var absoluteWeight = 1.0
    /// Streaming: the newest step, whose temporal difference waits for the next value; `weight` is 1, or γ^t.
    var pending: (reward: Double, value: Double, weight: Double)?
    var entropySum = 0.0
    /// Streaming with a softmax policy: the sum of the entropies' gradients, which advantages must not scale.
    let entropyGradient: Vector?
    var stage = Stage.idle
    /// The batch is used once more: there is nothing to train, and nothing to compare.
    var isRefining = false
    var cursor = 0

    /// Reserves everything for batches of `batchSteps`; `seed` draws the critic and its minibatches.
    ///
    /// **Limit:** settings with a `conflict` are a programmer error: check before.
    /// **Throws:** `Arena.Refusal`; a retry does not help.
    public init(
        specification: PolicySpecification, settings: EstimatorSettings, batchSteps: Int, seed: UInt64,
        arena: inout Arena
    ) throws(Arena.Refusal) {
        try self.init(
            specification: specification, settings: settings, batchSteps: batchSteps, seed: seed,
            kernels: suitedKernels(), arena: &arena)
    }

    init(
        specification: PolicySpecification, settings: EstimatorSettings, batchSteps: Int, seed: UInt64,
        kernels: KernelTable, arena: inout Arena
    ) throws(Arena.Refusal) {
        precondition(batchSteps >= 1, "a batch has at least one step")
        precondition(settings.conflict == nil, "estimator settings that cannot be used together")
        let isStreaming = settings.estimator == .streaming
        let shape = NetworkShape(specification)
        let gradient = try arena.vector(specification.parameterCount, holder: "gradient")
        let kept = isStreaming
            ? (settings.direction != .plain ? (batchSteps - 1) / settings.natural.sampleStride + 1 : 0) : batchSteps
        let trajectory = try Trajectory(
            specification, steps: kept, finalCapacity: isStreaming ? 0 : min(settings.truncationsMaximum, batchSteps),
            arena: &arena)
        let pass = try TilePass(
            shape, kernels: kernels, capacity: TilePass.suitedCapacity(shape, atMost: max(1, kept)),
            holder: "gradient passes", arena: &arena)
        let linear: LinearBaseline? = switch settings.baseline {
        case .time: try LinearBaseline(observationCount: 0, arena: &arena)
        case .linear: try LinearBaseline(observationCount: specification.observationCount, arena: &arena)
        case .none, .critic: nil
        }
        let critic = settings.baseline == .critic
            ? try Critic(
                observationCount: specification.observationCount, settings: settings.critic, batchSteps: batchSteps,
                seed: seed, kernels: kernels, arena: &arena) : nil
        let natural = settings.direction != .plain
            ? try NaturalGradient(specification, settings: settings.natural, kernels: kernels, arena: &arena) : nil
        let consensus = settings.direction == .consensus
            ? try ConsensusShare(parameterCount: specification.parameterCount, arena: &arena) : nil
        let scoreTrace = isStreaming ? try ScoreTrace(specification, settings: settings, arena: &arena) : nil
        let entropyGradient =
            isStreaming && settings.entropyCoefficient != 0 && specification.distribution == .softmax
            ? try arena.vector(specification.parameterCount, holder: "entropy gradient") : nil
        let noise = settings.noiseChunks > 0
            ? try SamplingNoise(
                specification, settings: settings, batchSteps: batchSteps, seed: seed, kernels: kernels, arena: &arena)
            : nil
        let reevaluation = settings.reevaluates
            ? try Reevaluation(specification, limit: settings.importanceLimit, arena: &arena) : nil
        self.specification = specification
        self.settings = settings
        self.batchSteps = batchSteps
        self.gradient = gradient
        self.kernels = kernels
        self.trajectory = trajectory
        self.pass = pass
        self.linear = linear
        self.critic = critic
        self.natural = natural
        self.consensus = consensus
        self.scoreTrace = scoreTrace
        self.entropyGradient = entropyGradient
        self.noise = noise
        self.reevaluation = reevaluation
    }

    /// Whether the batch has all its steps.
    public var isFull: Bool { stepCount == batchSteps }

    /// Starts a batch; the episode that the last one left unended goes on.
    public mutating func begin() {
        stepCount = 0
        entropySum = 0
        pending = nil
        gradient.fill(0)
        trajectory.clear()
        scoreTrace?.clear()
        linear?.clear()
        linear?.clearTrace()
        entropyGradient?.fill(0)
        noise?.begin()
        variance = 0
        movedSquare = nil
        stage = .idle
        isRefining = false
        cursor = 0
    }

    /// Says that the environment was reset although the last recorded step did not end its episode.
    ///
    /// **Limit:** between batches only: within one, record the last step as ended.
    public mutating func abandonEpisode() {
        precondition(stepCount == 0 || isFull, "an episode abandoned within a batch")
        episodeTime = 0
        absoluteWeight = 1
    }

    /// Adds one environment step.
    ///
    /// - Parameters:
    ///   - observation: what the policy saw, normalised.
    ///   - action: what was drawn, before any clipping.
    ///   - reward: what the environment gave for it.
    ///   - terminated: the episode ended in a terminal state: there is nothing after it.
    ///   - ended: the episode ended, terminated or truncated.
    ///   - finalObservation: what came after the action, normalised; it is read when the episode ended without
    ///     terminating, and on the last step of the batch.
    ///   - policy: the network that drew the action.
    public mutating func record(
        observation: Vector, action: Vector, reward: Float, terminated: Bool, ended: Bool,
        finalObservation: Vector, policy: inout PolicyNetwork
    ) {
        precondition(!isFull, "a step beyond the batch")
        precondition(
            observation.count == specification.observationCount && action.count == specification.actionElementCount,
            "a step of another shape")
        let episodeEnds = terminated || ended
        let isSegmentEnd = episodeEnds || stepCount == batchSteps - 1
        precondition(
            !isSegmentEnd || terminated || finalObservation.count == specification.observationCount,
            "a final observation of another shape")
        if settings.estimator == .streaming {
            recordStreaming(
                observation: observation, action: action, reward: reward, terminated: terminated,
                isSegmentEnd: isSegmentEnd, finalObservation: finalObservation, policy: &policy)
        } else {
            trajectory.append(
                observation: observation, action: action, reward: reward, time: episodeTime, terminated: terminated,
                isSegmentEnd: isSegmentEnd, final: finalObservation)
        }
        stepCount += 1
        episodeTime = episodeEnds ? 0 : episodeTime + 1
        absoluteWeight = episodeEnds ? 1 : absoluteWeight * settings.discount
    }

    /// How many numbers describe the critic; 0 without one.
    public var criticParameterCount: Int { critic?.parameters.count ?? 0 }

    /// Copies the critic's parameters out, in canonical order.
    public func copyCritic(into parameters: Vector) {
        if let critic { parameters.copy(from: critic.parameters) }
    }

    /// Replaces the critic's parameters.
    public mutating func loadCritic(_ parameters: Vector) {
        critic?.load(parameters)
    }
}
