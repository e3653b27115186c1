import Bounded
import Environments
import Measuring
import PolicyMath

/// Samples Hopper as the agent does: act, step, record for the gradient.
struct HopperSampler: ~Copyable {
    private var environment: EnvironmentInstance
    private var network: PolicyNetwork
    private var estimator: GradientEstimator
    private var generator: RandomGenerator
    private let batchSteps: Int
    private let raw: UnsafeMutableBufferPointer<Double>
    private let carriedOut: UnsafeMutableBufferPointer<Double>
    private let state: UnsafeMutableBufferPointer<Double>
    private let action: Vector
    private var current: Vector
    private var next: Vector

    init(_ options: BenchmarkOptions, batchSteps: Int, arena: inout Arena) throws {
        let environment = try EnvironmentInstance(
            name: FixedText("hopper" as StaticString), plugin: FixedText(cString: options["plugin"]),
            options: FixedText(cString: "models=" + options["models"]), arena: &arena)
        let specification = PolicySpecification(distribution: .gaussian, observationCount: 11, actionCount: 3)
        var settings = EstimatorSettings()
        settings.estimator = .gae
        settings.baseline = .critic
        settings.direction = .natural
        let parameters = try arena.vector(specification.parameterCount, holder: "policy")
        var generator = RandomGenerator(seed: options.seed)
        initialise(parameters: parameters, specification: specification, settings: .init(), generator: &generator)
        var network = try PolicyNetwork(specification, arena: &arena)
        network.load(parameters)
        let estimator = try GradientEstimator(
            specification: specification, settings: settings, batchSteps: batchSteps, seed: options.seed,
            arena: &arena)
        let raw = try arena.reserve(Double.self, count: 11, holder: "observations")
        let carriedOut = try arena.reserve(Double.self, count: 3, holder: "actions")
        let state = try arena.reserve(Double.self, count: Recording.stateCount, holder: "state")
        let action = try arena.vector(3, holder: "actions")
        let current = try arena.vector(11, holder: "observations")
        let next = try arena.vector(11, holder: "observations")
        self.environment = environment
        self.network = network
        self.estimator = estimator
        self.generator = generator
        self.raw = raw
        self.carriedOut = carriedOut
        self.state = state
        self.action = action
        self.current = current
        self.next = next
        self.batchSteps = batchSteps
    }

    /// The torso's height after the last step: the first number that Hopper's observation shows.
    var height: Double { raw[0] }

    /// Samples one batch, notes it, and returns the processor seconds it took.
    mutating func sample(into recording: inout Recording) throws -> Double {
        estimator.begin()
        var failure: (any Error)?
        let taken = seconds {
            do {
                try reset(&recording)
                for step in 0..<batchSteps { try self.step(isLast: step == batchSteps - 1, &recording) }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return taken
    }

    private mutating func step(isLast: Bool, _ recording: inout Recording) throws {
        _ = network.sample(observation: current, action: action, generator: &generator)
        for index in 0..<action.count { carriedOut[index] = Double(min(max(action[index], -1), 1)) }
        recording.noteControls(UnsafeBufferPointer(carriedOut))
        let transition = try environment.step(action: UnsafeBufferPointer(carriedOut), observation: raw)
        for index in 0..<next.count { next[index] = Float(raw[index]) }
        estimator.record(
            observation: current, action: action, reward: Float(transition.reward), terminated: transition.terminated,
            ended: transition.ended, finalObservation: next, policy: &network)
        swap(&current, &next)
        if transition.ended, !isLast { try reset(&recording) }
    }

    /// Hopper's own distribution of first states, drawn here so that it can be noted.
    private mutating func reset(_ recording: inout Recording) throws {
        for index in 0..<state.count { state[index] = generator.uniform(-5e-3, 5e-3) }
        state[1] += 1.25
        recording.noteState(UnsafeBufferPointer(state))
        try environment.setState(UnsafeBufferPointer(state), observation: raw)
        for index in 0..<current.count { current[index] = Float(raw[index]) }
    }
}
