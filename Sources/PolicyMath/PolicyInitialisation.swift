import Bounded

/// How the parameters of a new policy are drawn.
///
/// **Source:** the gains are those that learnt in the project's trials: hidden layers √2, output layer 0.01 (gain 1
/// at the output cost half of the final return on Swimmer).
public struct PolicyInitialisation: Equatable, Sendable, BitwiseCopyable {
    /// The length of each hidden layer's orthogonal rows.
    public var hiddenGain: Float
    /// The length of the output layer's rows.
    public var outputGain: Float
    /// The initial log standard deviation of every action.
    public var logStd: Float

    public init(hiddenGain: Float = 1.414_213_6, outputGain: Float = 0.01, logStd: Float = 0) {
        self.hiddenGain = hiddenGain
        self.outputGain = outputGain
        self.logStd = logStd
    }
}

/// Fills `parameters` with a new policy: orthogonal weights scaled by each layer's gain, zero biases.
///
/// **Limit:** `parameters` must be exactly as long as the specification says.
/// **Complexity:** inputs · outputs · min(inputs, outputs) a layer; meant for the start, not for the loop.
/// **Source:** Saxe, McClelland and Ganguli 2014; rows (or columns, if there are fewer) are orthonormal times the gain.
public func initialise(
    parameters: Vector, specification: PolicySpecification, settings: PolicyInitialisation,
    generator: inout RandomGenerator
) {
    precondition(parameters.count == specification.parameterCount, "a parameter vector of another shape")
    let shape = NetworkShape(specification)
    for index in 0..<shape.layerCount {
        let gain = index == shape.layerCount - 1 ? settings.outputGain : settings.hiddenGain
        initialise(layer: shape[index], gain: gain, parameters: parameters, generator: &generator)
    }
    for index in 0..<specification.logStdCount { parameters[shape.parameterCount + index] = settings.logStd }
}

/// Draws one layer's weights and zeroes its bias.
func initialise(layer: LayerShape, gain: Float, parameters: Vector, generator: inout RandomGenerator) {
    let weights = parameters[layer.weightOffset..<layer.biasOffset]
    parameters[layer.biasOffset..<(layer.biasOffset + layer.outputs)].fill(0)
    for index in 0..<weights.count { weights[index] = Float(generator.normal()) }
    // Gram-Schmidt over the shorter side; done twice over, it is orthogonal to working precision.
    let byRows = layer.outputs <= layer.inputs
    let count = byRows ? layer.outputs : layer.inputs
    let length = byRows ? layer.inputs : layer.outputs
    let step = byRows ? 1 : layer.inputs
    let stride = byRows ? layer.inputs : 1
    for current in 0..<count {
        for _ in 0..<2 {
            for earlier in 0..<current {
                var product = 0.0
                for k in 0..<length {
                    product +=
                        Double(weights[current * stride + k * step]) * Double(weights[earlier * stride + k * step])
                }
                for k in 0..<length {
                    weights[current * stride + k * step] -= Float(product) * weights[earlier * stride + k * step]
                }
            }
            var square = 0.0
            for k in 0..<length {
                let value = Double(weights[current * stride + k * step])
                square += value * value
            }
            let scale = square > 0 ? Float(1 / square.squareRoot()) : 0
            for k in 0..<length { weights[current * stride + k * step] *= scale }
        }
    }
    for index in 0..<weights.count { weights[index] *= gain }
}
