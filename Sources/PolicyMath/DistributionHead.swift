import Bounded
import CSystem

/// The distribution of actions on top of a network's output: a Gaussian with its own standard deviations, or a softmax.
///
/// Rows of outputs and deltas are padded; only the first `actionCount` numbers are read or written.
struct DistributionHead: BitwiseCopyable {
    private static let logTwoPi: Float = 1.837_877_1

    let distribution: ActionDistribution
    let actionCount: Int
    private var logStdMinimum: Float
    private var logStdMaximum: Float
    /// Gaussian: clamped log standard deviations, inverse standard deviations, and the parameters as they came;
    /// softmax: the log-probabilities.
    private let memory: UnsafeMutablePointer<Float>

    init(_ specification: PolicySpecification, arena: inout Arena) throws(Arena.Refusal) {
        distribution = specification.distribution
        actionCount = specification.actionCount
        logStdMinimum = specification.logStdMinimum
        logStdMaximum = specification.logStdMaximum
        memory = try arena.vector(3 * specification.actionCount, holder: "policy distribution").base
        if distribution == .gaussian { load(memory) }
    }

    private var logStd: UnsafeMutablePointer<Float> { memory }
    var inverseStd: UnsafeMutablePointer<Float> { memory + actionCount }

    private var unclamped: UnsafeMutablePointer<Float> { memory + 2 * actionCount }

    /// Clamps log standard deviations to another range, from the next load on.
    mutating func clampLogStd(to range: ClosedRange<Float>) {
        logStdMinimum = range.lowerBound
        logStdMaximum = range.upperBound
    }

    func load(_ logStdParameters: UnsafePointer<Float>) {
        guard distribution == .gaussian else { return }
        for index in 0..<actionCount {
            unclamped[index] = logStdParameters[index]
            logStd[index] = min(max(logStdParameters[index], logStdMinimum), logStdMaximum)
            inverseStd[index] = expf(-logStd[index])
        }
    }

    func sample(_ output: UnsafePointer<Float>, into action: Vector, generator: inout RandomGenerator) {
        if distribution == .gaussian {
            for index in 0..<actionCount {
                action[index] = output[index] + expf(logStd[index]) * Float(generator.normal())
            }
            return
        }
        logSoftmax(output)
        var remaining = generator.uniformFloat()
        var choice = actionCount - 1
        for index in 0..<actionCount {
            remaining -= expf(memory[index])
            if remaining < 0 {
                choice = index
                break
            }
        }
        action[0] = Float(choice)
    }

    func mode(_ output: UnsafePointer<Float>, into action: Vector) {
        if distribution == .gaussian {
            for index in 0..<actionCount { action.base[index] = output[index] }
            return
        }
        var best = 0
        for index in 1..<max(1, actionCount) where output[index] > output[best] { best = index }
        action[0] = Float(best)
    }

    func logProbability(_ output: UnsafePointer<Float>, _ action: UnsafePointer<Float>) -> Float {
        if distribution == .softmax {
            logSoftmax(output)
            return memory[choice(action)]
        }
        var sum: Float = 0
        for index in 0..<actionCount {
            let z = (action[index] - output[index]) * inverseStd[index]
            sum -= 0.5 * z * z + logStd[index]
        }
        return sum - 0.5 * Self.logTwoPi * Float(actionCount)
    }

    func entropy(_ output: UnsafePointer<Float>) -> Float {
        guard distribution == .softmax else { return gaussianEntropy }
        var sum: Float = 0
        logSoftmax(output)
        for index in 0..<actionCount { sum -= expf(memory[index]) * memory[index] }
        return sum
    }

    private var gaussianEntropy: Float {
        var sum: Float = 0
        for index in 0..<actionCount { sum += logStd[index] }
        return sum + 0.5 * (Self.logTwoPi + 1) * Float(actionCount)
    }

    /// Writes `scale` times the derivative of the log-probability by the output.
    func score(
        _ output: UnsafePointer<Float>, _ action: UnsafePointer<Float>, _ scale: Float,
        _ delta: UnsafeMutablePointer<Float>
    ) {
        if distribution == .gaussian {
            for index in 0..<actionCount {
                delta[index] = scale * (action[index] - output[index]) * inverseStd[index] * inverseStd[index]
            }
            return
        }
        logSoftmax(output)
        for index in 0..<actionCount { delta[index] = -scale * expf(memory[index]) }
        delta[choice(action)] += scale
    }

    /// Adds `scale` times the derivative of the log-probability by the log standard deviations.
    func addLogStdScore(
        _ output: UnsafePointer<Float>, _ action: UnsafePointer<Float>, _ scale: Float,
        _ gradient: UnsafeMutablePointer<Float>
    ) {
        guard distribution == .gaussian else { return }
        for index in 0..<actionCount {
            let z = (action[index] - output[index]) * inverseStd[index]
            gradient[index] += scale * (z * z - 1)
        }
    }

    /// Writes the derivative of `advantage · log-probability + entropyWeight · entropy` by a padded row of the
    /// output, adds that by the log standard deviations to `logStdGradient`, and returns the entropy.
    func addLoss(
        _ output: UnsafePointer<Float>, _ action: UnsafePointer<Float>, advantage: Float, entropyWeight: Float,
        _ delta: UnsafeMutablePointer<Float>, _ logStdGradient: UnsafeMutablePointer<Float>
    ) -> Float {
        for index in actionCount..<NetworkShape.padded(actionCount) { delta[index] = 0 }
        guard distribution == .softmax else {
            for index in 0..<actionCount {
                let z = (action[index] - output[index]) * inverseStd[index]
                delta[index] = advantage * z * inverseStd[index]
                logStdGradient[index] += advantage * (z * z - 1) + entropyWeight
            }
            return gaussianEntropy
        }
        score(output, action, advantage, delta)
        let entropy = entropy(output)
        guard entropyWeight != 0 else { return entropy }
        for index in 0..<actionCount { delta[index] -= entropyWeight * expf(memory[index]) * (memory[index] + entropy) }
        return entropy
    }

    /// Removes from a gradient by the log standard deviations what would lead a clamped one further out of its range.
    ///
    /// The derivative there is zero in truth; keeping the part that leads back inside lets the parameter return.
    func stopAtRange(_ gradient: UnsafeMutablePointer<Float>) {
        guard distribution == .gaussian else { return }
        for index in 0..<actionCount {
            if unclamped[index] < logStdMinimum { gradient[index] = max(0, gradient[index]) }
            if unclamped[index] > logStdMaximum { gradient[index] = min(0, gradient[index]) }
        }
    }

    /// Softmax: adds `scale` times the derivative of the entropy by the output.
    func addEntropyScore(_ output: UnsafePointer<Float>, _ scale: Float, _ delta: UnsafeMutablePointer<Float>) {
        guard distribution == .softmax else { return }
        let entropy = entropy(output)
        for index in 0..<actionCount { delta[index] -= scale * expf(memory[index]) * (memory[index] + entropy) }
    }

    /// Replaces a tangent of the output by the Fisher matrix of the distribution times it.
    func multiplyByFisher(_ output: UnsafePointer<Float>, _ tangent: UnsafeMutablePointer<Float>) {
        if distribution == .gaussian {
            for index in 0..<actionCount { tangent[index] *= inverseStd[index] * inverseStd[index] }
            return
        }
        logSoftmax(output)
        var mean: Float = 0
        for index in 0..<actionCount { mean += expf(memory[index]) * tangent[index] }
        for index in 0..<actionCount { tangent[index] = expf(memory[index]) * (tangent[index] - mean) }
    }

    private func choice(_ action: UnsafePointer<Float>) -> Int {
        let index = Int(action[0])
        precondition(index >= 0 && index < actionCount, "an action that is not one of the choices")
        return index
    }

    /// Leaves log-probabilities in `memory`.
    private func logSoftmax(_ output: UnsafePointer<Float>) {
        var largest = output[0]
        for index in 0..<actionCount { largest = max(largest, output[index]) }
        var sum: Float = 0
        for index in 0..<actionCount { sum += expf(output[index] - largest) }
        let shift = largest + logf(sum)
        for index in 0..<actionCount { memory[index] = output[index] - shift }
    }
}
