import Bounded

/// Turns the steps that an agent samples into a policy gradient, a batch at a time.
///
/// A round is `begin`, `record` for each environment step until `isFull`, then `advance` until it returns true; `gradient`
/// is ready then. A batch may hold several episodes, and may begin and end within one: an episode that was not marked as
/// ended at the batch's last step goes on in the next batch.
///
/// **Limit:** recording into a full batch stops the program.
/// **Memory:** everything is reserved by `init`, in the arena, under a holder name for each part.
public struct GradientEstimator: ~Copyable {
    public let specification: PolicySpecification
    public let settings: EstimatorSettings
    /// The steps of a batch.
    public let batchSteps: Int
    /// The direction to send, in canonical order: the gradient of the mean return a step (the sum over the batch
    /// divided by its steps), or the natural gradient made of it.
    public let gradient: Vector
    /// Steps recorded since `begin`.
    public private(set) var stepCount = 0
    /// The policy's mean entropy a step, in nats.
    public private(set) var entropy: Float = 0
    /// The mean advantage before normalisation.
    public private(set) var meanAdvantage: Float = 0
    /// The advantages' standard deviation before normalisation.
    public private(set) var advantageDeviation: Float = 0

    /// Reserves everything for batches of `batchSteps`; `seed` draws the critic and its minibatches.
    ///
    /// **Limit:** settings with a `conflict` are a programmer error: check before.
    /// **Throws:** `Arena.Refusal`; a retry does not help.
    public init(
        specification: PolicySpecification, settings: EstimatorSettings, batchSteps: Int, seed: UInt64,
        arena: inout Arena
    ) throws(Arena.Refusal) {
        precondition(batchSteps >= 1, "a batch has at least one step")
        precondition(settings.conflict == nil, "estimator settings that cannot be used together")
        let gradient = try arena.vector(specification.parameterCount, holder: "gradient")
        self.specification = specification
        self.settings = settings
        self.batchSteps = batchSteps
        self.gradient = gradient
    }

    /// Whether the batch has all its steps.
    public var isFull: Bool { stepCount == batchSteps }

    /// Starts a batch; the episode that the last one left unended goes on.
    public mutating func begin() {
        stepCount = 0
        gradient.fill(0)
    }

    /// Says that the environment was reset although the last recorded step did not end its episode.
    public mutating func abandonEpisode() {}

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
        stepCount += 1
    }

    /// Does one bounded piece of the work after sampling, about a millisecond; true when `gradient` is ready.
    public mutating func advance(policy: inout PolicyNetwork) -> Bool {
        precondition(isFull, "a gradient of an unfinished batch")
        return true
    }

    /// How many numbers describe the critic; 0 without one.
    public var criticParameterCount: Int { 0 }
    /// Copies the critic's parameters out, in canonical order.
    public func copyCritic(into parameters: Vector) {}
    /// Replaces the critic's parameters.
    public mutating func loadCritic(_ parameters: Vector) {}
}
