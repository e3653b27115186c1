import Bounded
import Testing

@testable import PolicyMath

/// An estimator and its policy on an arena of their own, fed with recorded steps.
struct EstimatorHarness: ~Copyable {
    var arena: Arena
    var policy: PolicyNetwork
    var estimator: GradientEstimator
    let reference: ReferencePolicy
    var generator: RandomGenerator
    private let observation: Vector, action: Vector, final: Vector
    /// The most slices that any batch took.
    var slices = 0

    init(
        _ shape: PolicySpecification, _ settings: EstimatorSettings, steps: Int, seed: UInt64,
        build: Build = .suited
    ) throws {
        var arena = try Arena.large()
        var generator = RandomGenerator(seed: seed)
        let reference = ReferencePolicy(shape, generator.normals(shape.parameterCount, scale: 0.3))
        var policy = try PolicyNetwork(shape, kernels: build.kernels, arena: &arena)
        policy.load(try arena.vector(reference.parameters))
        let estimator = try GradientEstimator(
            specification: shape, settings: settings, batchSteps: steps, seed: seed, kernels: build.kernels,
            arena: &arena)
        let observation = try arena.vector(shape.observationCount, holder: "test")
        let action = try arena.vector(shape.actionElementCount, holder: "test")
        let final = try arena.vector(shape.observationCount, holder: "test")
        let parameters = try arena.vector(reference.parameters)
        estimator.willSample(with: parameters)
        arena.seal()
        self.observation = observation
        self.action = action
        self.final = final
        self.arena = arena
        self.policy = policy
        self.estimator = estimator
        self.reference = reference
        self.generator = generator
    }

    /// Random steps; an episode ends after `episodeLength` steps, terminated or truncated at random.
    mutating func batch(_ steps: Int, episodeLength: ClosedRange<Int>, startingAt time: Int = 0) -> [RecordedStep] {
        let shape = reference.specification
        var left = episodeLength.lowerBound + generator.below(episodeLength.count) - time
        return (0..<steps).map { _ in
            left -= 1
            let ends = left <= 0
            if ends { left = episodeLength.lowerBound + generator.below(episodeLength.count) }
            return RecordedStep(
                observation: generator.normals(shape.observationCount),
                action: randomAction(shape, &generator), reward: generator.normals(1)[0] + 1,
                terminated: ends && generator.below(2) == 0, ended: ends,
                final: generator.normals(shape.observationCount))
        }
    }

    mutating func run(_ batch: [RecordedStep]) -> [Double] {
        estimator.begin()
        for step in batch {
            observation.set(step.observation)
            action.set(step.action)
            final.set(step.final)
            estimator.record(
                observation: observation, action: action, reward: Float(step.reward), terminated: step.terminated,
                ended: step.ended, finalObservation: final, policy: &policy)
        }
        var count = 1
        while !estimator.advance(policy: &policy) { count += 1 }
        slices = max(slices, count)
        return estimator.gradient.doubles
    }

    // What the expectations look at; a macro cannot look into a value that is not copyable.
    var movedSquare: Double? { estimator.movedSquare }
    var reservedBytes: Int { arena.reservedBytes }
    var estimatesOnlyVariance: Bool { estimator.estimatesVariance && !estimator.reevaluates }

    /// Remembers the policy's parameters as those of the last upload.
    mutating func rememberPolicy() { estimator.rememberParameters() }
}
