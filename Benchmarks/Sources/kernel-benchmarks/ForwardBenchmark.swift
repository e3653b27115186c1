import Bounded
import CKernelComparison
import Measuring
import PolicyMath

struct OutOfMemory: Error {}

/// One observation forward through 11-64-64-3, in Swift and in C, in turns.
struct ForwardBenchmark: ~Copyable {
    private var policy: PolicyNetwork
    private let network: OpaquePointer
    private let observations: [Vector]
    private let action: Vector
    private let output: UnsafeMutablePointer<Float>
    private let inner: Int

    init(_ specification: PolicySpecification, options: BenchmarkOptions, arena: inout Arena) throws {
        var generator = RandomGenerator(seed: options.seed)
        let parameters = try arena.vector(specification.parameterCount, holder: "parameters")
        initialise(
            parameters: parameters, specification: specification, settings: PolicyInitialisation(outputGain: 1),
            generator: &generator)
        var policy = try PolicyNetwork(specification, arena: &arena)
        policy.load(parameters)
        var observations = [Vector]()
        for _ in 0..<64 {
            let vector = try arena.vector(specification.observationCount, holder: "observations")
            for index in 0..<vector.count { vector[index] = Float(generator.normal()) }
            observations.append(vector)
        }
        let action = try arena.vector(specification.actionCount, holder: "action")
        let widths: [Int32] = [11, 64, 64, 3]
        guard let network = comparison_make(3, widths, parameters.base) else { throw OutOfMemory() }
        self.policy = policy
        self.network = network
        self.observations = observations
        self.action = action
        output = .allocate(capacity: 8)
        inner = options.isToy ? 4 : 64
    }

    deinit {
        comparison_free(network)
        output.deallocate()
    }

    /// The largest difference between the two results.
    mutating func difference() -> Float {
        var worst: Float = 0
        for observation in observations {
            policy.mode(observation: observation, action: action)
            comparison_forward(network, observation.base, output)
            for index in 0..<action.count { worst = max(worst, abs(action[index] - output[index])) }
        }
        return worst
    }

    /// Seconds of one forward pass: through the policy's public call, in C, and in C that knows its widths when it is
    /// compiled.
    mutating func measure(
        repetitions: Int
    ) -> (swift: Measurement, c: Measurement, ratio: Measurement, fixed: Measurement, fixedRatio: Measurement) {
        var swift = [Double](), c = [Double](), ratio = [Double](), fixed = [Double](), fixedRatio = [Double]()
        let passes = Double(inner * observations.count)
        for _ in 0..<(repetitions + 5) {
            let swiftStart = comparison_thread_seconds()
            for _ in 0..<inner {
                for observation in observations { policy.mode(observation: observation, action: action) }
            }
            let cStart = comparison_thread_seconds()
            for _ in 0..<inner {
                for observation in observations { comparison_forward(network, observation.base, output) }
            }
            let fixedStart = comparison_thread_seconds()
            for _ in 0..<inner {
                for observation in observations { comparison_forward_fixed(network, observation.base, output) }
            }
            let end = comparison_thread_seconds()
            swift.append((cStart - swiftStart) / passes)
            c.append((fixedStart - cStart) / passes)
            ratio.append((cStart - swiftStart) / (fixedStart - cStart))
            fixed.append((end - fixedStart) / passes)
            fixedRatio.append((cStart - swiftStart) / (end - fixedStart))
        }
        // The first rounds warm up.
        return (
            Measurement(swift.dropFirst(5)), Measurement(c.dropFirst(5)), Measurement(ratio.dropFirst(5)),
            Measurement(fixed.dropFirst(5)), Measurement(fixedRatio.dropFirst(5))
        )
    }
}
