import Bounded
import CKernelComparison
import Measuring
import PolicyMath

/// The policy gradient of a batch of stored steps, against the processor's peak.
struct GradientBenchmark: ~Copyable {
    /// Forward and backward through the network; activation functions are not counted.
    let operationsPerSample: Int
    private var policy: PolicyNetwork
    private var estimator: GradientEstimator
    private var generator: RandomGenerator
    private let observation: Vector
    private let action: Vector

    init(_ specification: PolicySpecification, options: BenchmarkOptions, arena: inout Arena) throws {
        var generator = RandomGenerator(seed: options.seed)
        let parameters = try arena.vector(specification.parameterCount, holder: "parameters")
        initialise(
            parameters: parameters, specification: specification, settings: PolicyInitialisation(),
            generator: &generator)
        var policy = try PolicyNetwork(specification, arena: &arena)
        policy.load(parameters)
        let estimator = try GradientEstimator(
            specification: specification, settings: EstimatorSettings(baseline: .none),
            batchSteps: options.isToy ? 50 : 1000, seed: options.seed, arena: &arena)
        let observation = try arena.vector(specification.observationCount, holder: "observation")
        let action = try arena.vector(specification.actionCount, holder: "action")
        var widths = [specification.observationCount]
        for index in 0..<specification.hiddenWidths.count { widths.append(specification.hiddenWidths[index]) }
        widths.append(specification.actionCount)
        let products = zip(widths, widths.dropFirst()).map { $0 * $1 }
        operationsPerSample = 6 * products.reduce(0, +) - 2 * products[0]
        self.policy = policy
        self.estimator = estimator
        self.generator = generator
        self.observation = observation
        self.action = action
    }

    /// Fills a batch, then times the work until its gradient is ready; returns operations a second.
    mutating func rate() -> Double {
        estimator.begin()
        while !estimator.isFull {
            for index in 0..<observation.count { observation[index] = Float(generator.normal()) }
            _ = policy.sample(observation: observation, action: action, generator: &generator)
            estimator.record(
                observation: observation, action: action, reward: Float(generator.normal()), terminated: false,
                ended: false, finalObservation: observation, policy: &policy)
        }
        let start = comparison_thread_seconds()
        while !estimator.advance(policy: &policy) {}
        let seconds = comparison_thread_seconds() - start
        return Double(operationsPerSample * estimator.batchSteps) / seconds
    }
}
