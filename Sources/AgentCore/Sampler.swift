import Bounded
import Environments
import PolicyMath
import Wire

/// Runs the policy in the environment and turns what happens into a policy gradient, a bounded slice at a time.
///
/// A batch is `batchSteps` environment steps with one policy version; then the estimator finishes the gradient. The
/// action that is carried out is clipped to the environment's range; the one whose probability is differentiated is
/// not.
///
/// **Memory:** everything from the arena, at `init`.
struct Sampler: ~Copyable {
    /// Where a batch stands.
    enum Phase {
        case idle
        case sampling
        case computing
        case ready
    }

    private let batchSteps: Int
    private let continuesEpisodes: Bool
    private let clipsActions: Bool

    var environment: EnvironmentInstance
    var network: PolicyNetwork
    var estimator: GradientEstimator
    var normaliser: ObservationNormaliser
    var observations: ObservationLedger

    private(set) var phase = Phase.idle
    /// Whether the estimator still holds the gradient of the last whole batch.
    private(set) var hasGradient = false
    /// What this batch, and those that it goes on from, amount to so far.
    private(set) var tally = BatchTally()
    /// Steps until this batch is whole.
    private(set) var stepsLeft = 0
    /// Steps and episodes since the start.
    private(set) var stepsTotal: UInt64 = 0
    private(set) var episodesTotal: UInt64 = 0

    private var actions: RandomGenerator
    private var resets: RandomGenerator
    private var episodeIsOpen = false
    private var episodeReturn = 0.0
    private var episodeSteps = 0

    private let raw: UnsafeMutableBufferPointer<Double>
    private let carriedOut: UnsafeMutableBufferPointer<Double>
    private let action: Vector
    private var current: Vector
    private var next: Vector

    init(
        settings: borrowing AgentSettings, specification: PolicySpecification,
        environment: consuming EnvironmentInstance, epoch: BootEpoch, arena: inout Arena
    ) throws(Arena.Refusal) {
        let observationCount = environment.description.observationCount
        let holder: StaticString = "observations and actions"
        let raw = try arena.reserve(Double.self, count: observationCount, holder: holder)
        let carriedOut = try arena.reserve(Double.self, count: environment.description.actionNumbers, holder: holder)
        let action = try arena.vector(specification.actionElementCount, holder: holder)
        let current = try arena.vector(observationCount, holder: holder)
        let next = try arena.vector(observationCount, holder: holder)
        let network = try PolicyNetwork(specification, arena: &arena)
        let normaliser = try ObservationNormaliser(specification: specification, arena: &arena)
        let observations = try ObservationLedger(specification: specification, arena: &arena)
        // Another epoch draws other numbers: an agent that restarts must not repeat what it has reported already.
        var seeds = RandomGenerator(seed: settings.seed, stream: epoch.number &* 4 &+ 2)
        let estimator = try GradientEstimator(
            specification: specification, settings: settings.gatedEstimator, batchSteps: settings.batchSteps,
            seed: seeds.next(), arena: &arena)
        self.raw = raw
        self.carriedOut = carriedOut
        self.action = action
        self.current = current
        self.next = next
        self.network = network
        self.normaliser = normaliser
        self.observations = observations
        self.estimator = estimator
        actions = RandomGenerator(seed: settings.seed, stream: epoch.number &* 4)
        resets = RandomGenerator(seed: settings.seed, stream: epoch.number &* 4 &+ 1)
        batchSteps = settings.batchSteps
        continuesEpisodes = settings.episodes == .continued
        clipsActions = settings.clipsActions && !environment.description.isDiscrete
        self.environment = environment
    }

    // MARK: - A batch, from begin to finish

    /// Takes over the policy that the next batch is sampled with.
    mutating func load(_ parameters: Vector, mean: Vector, scale: Vector) {
        precondition(phase == .idle, "another policy in the middle of a batch")
        network.load(parameters)
        estimator.willSample(with: parameters)
        if normaliser.isEnabled { normaliser.load(mean: mean, scale: scale) }
    }

    /// Keeps exploration within the federation's range of log standard deviations, from the next policy on.
    mutating func clampLogStd(to range: ClosedRange<Float>) { network.clampLogStd(to: range) }

    /// Begins a batch, which adds to `tally`.
    mutating func begin(_ tally: BatchTally) throws(EnvironmentError) {
        estimator.begin()
        hasGradient = false
        self.tally = tally
        stepsLeft = batchSteps
        if !continuesEpisodes || !episodeIsOpen {
            try openEpisode()
        } else {
            normaliser.normalise(UnsafeBufferPointer(raw), into: current)
        }
        phase = .sampling
    }

    /// Uses the last batch once more, for another round of agreement: nothing is sampled.
    mutating func refine() {
        precondition(phase == .idle && hasGradient, "a batch used once more that is not there")
        estimator.refine()
        hasGradient = false
        tally = BatchTally()
        phase = .computing
    }

    /// Samples at most `count` steps.
    ///
    /// **Throws:** `EnvironmentError`; the batch is then worthless.
    mutating func sample(atMost count: Int) throws(EnvironmentError) {
        precondition(phase == .sampling, "a sample outside a batch")
        for _ in 0..<count {
            try step()
            guard phase == .sampling else { return }
        }
    }

    /// One slice of the work that follows sampling.
    mutating func compute() {
        precondition(phase == .computing, "a gradient without a batch")
        if estimator.advance(policy: &network) {
            phase = .ready
            hasGradient = true
        }
    }

    /// The gradient has been taken, or is not wanted.
    mutating func finish() { phase = .idle }

    /// Gives the batch up. The environment goes on where it is, if episodes are continued.
    mutating func abandon() {
        if continuesEpisodes { phase = .idle } else { abandonEpisode() }
    }

    /// Gives the batch up, and the episode with it.
    mutating func abandonEpisode() {
        phase = .idle
        hasGradient = false
        episodeIsOpen = false
        // What was recorded of the batch goes first: an episode can be abandoned between batches only.
        estimator.begin()
        estimator.abandonEpisode()
    }

    // MARK: - The report

    /// What batches amount to; identity, version and times are the caller's to fill in.
    mutating func report(_ tally: BatchTally) -> Report {
        var report = Report()
        report.trajectories = UInt32(clamping: tally.trajectories)
        report.steps = UInt32(clamping: tally.steps)
        report.returns = tally.returns
        report.observations = observations.pack()
        report.entropy = estimator.entropy
        return report
    }

    /// The gradient goes up: its parameters are those that later ones are compared at.
    mutating func rememberUploaded() { estimator.rememberParameters() }

    /// The gateway has applied, or knows, the last report.
    mutating func reportAcknowledged() { observations.acknowledged() }

    // MARK: - One step

    private mutating func step() throws(EnvironmentError) {
        act()
        try completeStep()
    }

    /// Chooses the action, from what was observed last.
    @inline(__always)
    private mutating func act() {
        _ = network.sample(observation: current, action: action, generator: &actions)
        carryOver()
        observations.add(UnsafeBufferPointer(raw))
    }

    /// Takes in what the action has led to; the batch may be whole then.
    @inline(__always)
    private mutating func experience(_ transition: Transition) throws(EnvironmentError) {
        normaliser.normalise(UnsafeBufferPointer(raw), into: next)

        tally.steps += 1
        stepsLeft -= 1
        stepsTotal += 1
        episodeSteps += 1
        episodeReturn += transition.reward
        let isCut = stepsLeft == 0
        // A continued episode goes on in the next batch; the estimator bootstraps its value at the cut by itself.
        let hasEnded = transition.ended || (isCut && !continuesEpisodes)
        estimator.record(
            observation: current, action: action, reward: Float(transition.reward),
            terminated: transition.terminated, ended: hasEnded, finalObservation: next, policy: &network)
        if transition.ended || isCut { tally.trajectories += 1 }
        swap(&current, &next)
        if transition.ended {
            tally.returns.add(episodeReturn: episodeReturn, steps: episodeSteps)
            episodesTotal += 1
            episodeIsOpen = false
            if !isCut { try openEpisode() }
        }
        if isCut { phase = .computing }
    }

    // MARK: - One step, beside another agent's

    /// Acts, up to the environment's part of the step.
    ///
    /// **Throws:** `EnvironmentError`; the batch is then worthless.
    mutating func beginStep() throws(EnvironmentError) {
        act()
        try environment.begin(action: UnsafeBufferPointer(carriedOut))
    }

    /// The environments' part, for two that are paired.
    static func move(_ first: inout Sampler, _ second: inout Sampler) -> (Transition, Transition) {
        EnvironmentInstance.move(
            &first.environment, &second.environment,
            actions: (UnsafeBufferPointer(first.carriedOut), UnsafeBufferPointer(second.carriedOut)))
    }

    /// The environment's part of a step and what follows it.
    ///
    /// **Throws:** `EnvironmentError`; the batch is then worthless.
    @inline(__always)
    mutating func completeStep() throws(EnvironmentError) {
        try experience(environment.step(action: UnsafeBufferPointer(carriedOut), observation: raw))
    }

    /// What follows the environment's part.
    ///
    /// **Throws:** `EnvironmentError`; the batch is then worthless.
    mutating func endStep(_ transition: Transition) throws(EnvironmentError) {
        try experience(environment.end(transition, observation: raw))
    }

    private mutating func openEpisode() throws(EnvironmentError) {
        try environment.reset(seed: resets.next(), observation: raw)
        normaliser.normalise(UnsafeBufferPointer(raw), into: current)
        episodeIsOpen = true
        episodeReturn = 0
        episodeSteps = 0
    }

    /// The action for the environment: in double precision, clipped to its range.
    // Mutating, since the compiler copies the whole sampler for a call that is not.
    private mutating func carryOver() {
        for index in 0..<action.count {
            let wanted = Double(action[index])
            carriedOut[index] =
                clipsActions
                ? min(max(wanted, environment.description.actionLow(index)), environment.description.actionHigh(index))
                : wanted
        }
    }
}
