import Bounded
import PolicyMath
import PolicyStore

/// A policy that acts: network and normaliser in memory of their own.
package struct PolicyActor: ~Copyable {
    let specification: PolicySpecification
    var network: PolicyNetwork
    let normalised: Vector
    let action: Vector
    let rawAction: UnsafeMutableBufferPointer<Double>
    let rawObservation: UnsafeMutableBufferPointer<Double>
    private let parameters: Vector
    private var normaliser: ObservationNormaliser
    private let mean: Vector
    private let scale: Vector
    var arena: Arena

    /// The most memory that a command takes for a policy and what is computed with it.
    static let memoryLimitBytes = 4 << 30

    /// Loads θ.
    ///
    /// **Throws:** `data` when the specification is none that a network can have, `system` without memory.
    static func make(
        specification stored: StoredSpecification, parameters: [Float], normaliserMean: [Float],
        normaliserScale: [Float]
    ) throws(TrainingError) -> PolicyActor {
        guard let specification = PolicySpecification(stored), specification.parameterCount == parameters.count else {
            throw TrainingError(.data, "the policy's specification is none that a network can have")
        }
        do throws(Arena.Refusal) {
            return try PolicyActor(
                specification, parameters: parameters, mean: normaliserMean, scale: normaliserScale)
        } catch {
            throw TrainingError(error)
        }
    }

    private init(
        _ specification: PolicySpecification, parameters: [Float], mean: [Float], scale: [Float]
    ) throws(Arena.Refusal) {
        var arena = try Arena(limitBytes: Self.memoryLimitBytes)
        let network = try PolicyNetwork(specification, arena: &arena)
        let normaliser = try ObservationNormaliser(specification: specification, arena: &arena)
        let normalised = try arena.vector(specification.observationCount, holder: "observation")
        let action = try arena.vector(specification.actionElementCount, holder: "action")
        let rawAction = try arena.reserve(Double.self, count: specification.actionElementCount, holder: "action")
        let rawObservation = try arena.reserve(
            Double.self, count: specification.observationCount, holder: "observation")
        let loaded = try arena.vector(specification.parameterCount, holder: "parameters")
        let loadedMean = try arena.vector(specification.observationCount, holder: "normaliser")
        let loadedScale = try arena.vector(specification.observationCount, holder: "normaliser")
        self.normalised = normalised
        self.action = action
        self.rawAction = rawAction
        self.rawObservation = rawObservation
        self.network = network
        self.normaliser = normaliser
        self.parameters = loaded
        self.mean = loadedMean
        self.scale = loadedScale
        self.specification = specification
        self.arena = arena
        load(parameters, mean: mean, scale: scale)
    }

    /// Takes over other parameters of the same shape; a normaliser of another length than the observation's is none.
    package mutating func load(_ numbers: [Float], mean newMean: [Float], scale newScale: [Float]) {
        precondition(numbers.count == parameters.count, "parameters of another shape")
        for index in numbers.indices { parameters[index] = numbers[index] }
        network.load(parameters)
        guard newMean.count == mean.count, newScale.count == scale.count else { return }
        for index in newMean.indices {
            mean[index] = newMean[index]
            scale[index] = newScale[index]
        }
        normaliser.load(mean: mean, scale: scale)
    }

    /// Writes the mean action (or the likeliest) for `rawObservation` into `action`.
    mutating func act() {
        normaliser.normalise(UnsafeBufferPointer(rawObservation), into: normalised)
        network.mode(observation: normalised, action: action)
    }

    /// Normalises a raw observation.
    func normalise(_ raw: [Double], into vector: Vector) {
        raw.withUnsafeBufferPointer { normaliser.normalise($0, into: vector) }
    }
}

extension PolicySpecification {
    /// The specification that a store or a policy file holds; nil when no network can have it.
    init?(_ stored: StoredSpecification) {
        let distributions: [String: ActionDistribution] = ["gaussian": .gaussian, "softmax": .softmax]
        guard let distribution = distributions[stored.distribution] else { return nil }
        var widths = LayerWidths()
        for width in stored.hidden where !widths.append(width) { return nil }
        self.init(
            distribution: distribution, observationCount: stored.observationCount, actionCount: stored.actionCount,
            hiddenWidths: widths, logStdMinimum: stored.logStdMinimum, logStdMaximum: stored.logStdMaximum,
            normalisesObservations: stored.observationNormalisation)
        guard isValid else { return nil }
    }
}
