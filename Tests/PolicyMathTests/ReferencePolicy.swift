import Foundation
import PolicyMath

/// The policy's mathematics in double precision, written from its definition and apart from the product's code.
struct ReferencePolicy {
    let specification: PolicySpecification
    var parameters: [Double]

    init(_ specification: PolicySpecification, _ parameters: [Double]) {
        self.specification = specification
        self.parameters = parameters
    }

    var widths: [Int] {
        [specification.observationCount] + (0..<specification.hiddenWidths.count).map { specification.hiddenWidths[$0] }
            + [specification.actionCount]
    }

    var isGaussian: Bool { specification.distribution == .gaussian }

    /// Activations of every layer, the input first.
    func activations(_ observation: [Double]) -> [[Double]] {
        var result = [observation]
        var offset = 0
        for (layer, pair) in zip(widths, widths.dropFirst()).enumerated() {
            let (inputs, outputs) = pair
            var out = [Double]()
            for o in 0..<outputs {
                var sum = parameters[offset + inputs * outputs + o]
                for i in 0..<inputs { sum += parameters[offset + o * inputs + i] * result[layer][i] }
                out.append(layer == widths.count - 2 ? sum : tanh(sum))
            }
            offset += (inputs + 1) * outputs
            result.append(out)
        }
        return result
    }

    func output(_ observation: [Double]) -> [Double] { activations(observation).last! }

    func logStd(_ index: Int) -> Double {
        let raw = parameters[parameters.count - specification.actionCount + index]
        return min(max(raw, Double(specification.logStdMinimum)), Double(specification.logStdMaximum))
    }

    func probabilities(_ observation: [Double]) -> [Double] {
        let logits = output(observation)
        let weights = logits.map { exp($0 - logits.max()!) }
        return weights.map { $0 / weights.reduce(0, +) }
    }

    func logProbability(_ observation: [Double], _ action: [Double]) -> Double {
        guard isGaussian else { return log(probabilities(observation)[Int(action[0])]) }
        let mean = output(observation)
        return (0..<mean.count).reduce(0) { sum, i in
            let s = exp(logStd(i))
            return sum - 0.5 * pow((action[i] - mean[i]) / s, 2) - logStd(i) - 0.5 * log(2 * .pi)
        }
    }

    func entropy(_ observation: [Double]) -> Double {
        guard isGaussian else { return -probabilities(observation).reduce(0) { $0 + $1 * log($1) } }
        return (0..<specification.actionCount).reduce(0) { $0 + logStd($1) + 0.5 * log(2 * .pi * M_E) }
    }

    /// The gradient of `delta · output` by all network parameters.
    func backward(_ observation: [Double], delta outputDelta: [Double]) -> [Double] {
        let layers = activations(observation)
        var gradient = [Double](repeating: 0, count: parameters.count)
        var delta = outputDelta
        var end = zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
        for layer in stride(from: widths.count - 2, through: 0, by: -1) {
            let inputs = widths[layer], outputs = widths[layer + 1]
            let offset = end - (inputs + 1) * outputs
            var next = [Double](repeating: 0, count: inputs)
            for o in 0..<outputs {
                gradient[offset + inputs * outputs + o] = delta[o]
                for i in 0..<inputs {
                    gradient[offset + o * inputs + i] = delta[o] * layers[layer][i]
                    next[i] += delta[o] * parameters[offset + o * inputs + i]
                }
            }
            for i in 0..<inputs { next[i] *= 1 - layers[layer][i] * layers[layer][i] }
            delta = next
            end = offset
        }
        return gradient
    }

    func score(_ observation: [Double], _ action: [Double]) -> [Double] {
        let out = output(observation)
        guard isGaussian else {
            let p = probabilities(observation)
            return backward(observation, delta: p.indices.map { ($0 == Int(action[0]) ? 1 : 0) - p[$0] })
        }
        let n = specification.actionCount
        let z = (0..<n).map { (action[$0] - out[$0]) / exp(logStd($0)) }
        var gradient = backward(observation, delta: (0..<n).map { z[$0] / exp(logStd($0)) })
        for i in 0..<n { gradient[parameters.count - n + i] = z[i] * z[i] - 1 }
        return gradient
    }

    func entropyGradient(_ observation: [Double]) -> [Double] {
        guard isGaussian else {
            let p = probabilities(observation), h = entropy(observation)
            return backward(observation, delta: p.map { -$0 * (log($0) + h) })
        }
        return (0..<parameters.count).map { $0 >= parameters.count - specification.actionCount ? 1 : 0 }
    }

    /// Central differences of `function` by every parameter.
    func differences(step: Double = 1e-5, of function: (ReferencePolicy) -> Double) -> [Double] {
        parameters.indices.map { index in
            var low = self, high = self
            low.parameters[index] -= step
            high.parameters[index] += step
            return (function(high) - function(low)) / (2 * step)
        }
    }
}
