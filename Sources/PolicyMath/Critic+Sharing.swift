import Bounded

// A critic that the agents of a federation share. Its parameters come from the gateway with each version of the policy;
// what goes back is how a batch's training has changed them, and the targets of that training.

extension Critic {
    /// Begins at the federation's critic, whose output is in units of `targetScale` from `targetMean`.
    ///
    /// With a scale of 0 nobody has seen a target yet: the critic's own, from now on, stand in. Adam goes on where it
    /// was: its moments are this agent's.
    mutating func load(shared: Vector, targetMean mean: Double, targetScale: Double) {
        load(shared)
        reference.copy(from: shared)
        hasTakenChange = false
        isFederal = true
        standard = targetScale > 0 ? (mean, max(targetScale, 1e-6)) : nil
        targetCount = 0
        targetMean = 0
        targetDeviations = 0
    }

    /// How training has changed the parameters since they were loaded; in this critic's memory, until the next `load`.
    mutating func takeChange() -> Vector {
        if !hasTakenChange {
            for index in 0..<reference.count {
                reference.base[index] = parameters.base[index] - reference.base[index]
            }
            hasTakenChange = true
        }
        return reference
    }

    /// Is the agent's own from now on; the network stays, and standardises by the targets that it sees.
    mutating func leaveFederation() {
        isFederal = false
        guard let standard else { return }
        self.standard = nil
        // What came with the network still says what its output means; it counts as little as can be.
        targetCount = 2
        targetMean = standard.mean
        targetDeviations = 2 * standard.scale * standard.scale
    }
}

/// Fills `parameters` with a new critic over `observationCount` observations: orthogonal weights, zero biases.
///
/// **Limit:** `parameters` must be exactly as long as its layers say.
/// **Source:** the gains of `initialise(parameters:specification:settings:generator:)`; the output's is 1.
public func initialiseCritic(
    parameters: Vector, observationCount: Int, hiddenWidths: LayerWidths, generator: inout RandomGenerator
) {
    let shape = NetworkShape(inputs: observationCount, hidden: hiddenWidths, outputs: 1)
    precondition(parameters.count == shape.parameterCount, "a critic of another shape")
    initialise(critic: shape, parameters: parameters, generator: &generator)
}

func initialise(critic shape: NetworkShape, parameters: Vector, generator: inout RandomGenerator) {
    for index in 0..<shape.layerCount {
        let gain: Float = index == shape.layerCount - 1 ? 1 : 1.414_213_6
        initialise(layer: shape[index], gain: gain, parameters: parameters, generator: &generator)
    }
}
