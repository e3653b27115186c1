import Bounded
import PolicyMath
import PolicyStore

/// A policy that acts: network and normaliser in memory of their own.
struct PolicyActor: ~Copyable {
    let specification: PolicySpecification
    var network: PolicyNetwork
    let normalised: Vector
    let action: Vector
    let rawAction: UnsafeMutableBufferPointer<Double>
    let rawObservation: UnsafeMutableBufferPointer<Double>
    private let normaliser: ObservationNormaliser
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
        var network = try PolicyNetwork(specification, arena: &arena)
        var normaliser = try ObservationNormaliser(specification: specification, arena: &arena)
        let normalised = try arena.vector(specification.observationCount, holder: "observation")
        let action = try arena.vector(specification.actionElementCount, holder: "action")
        let rawAction = try arena.reserve(Double.self, count: specification.actionElementCount, holder: "action")
        let rawObservation = try arena.reserve(
            Double.self, count: specification.observationCount, holder: "observation")
        network.load(try arena.vector(of: parameters, holder: "parameters"))
        if mean.count == specification.observationCount, scale.count == specification.observationCount {
            normaliser.load(
                mean: try arena.vector(of: mean, holder: "normaliser"),
                scale: try arena.vector(of: scale, holder: "normaliser"))
        }
        self.normalised = normalised
        self.action = action
        self.rawAction = rawAction
        self.rawObservation = rawObservation
        self.network = network
        self.normaliser = normaliser
        self.specification = specification
        self.arena = arena
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

extension Arena {
    /// Reserves a vector with the numbers of an array.
    mutating func vector(of numbers: [Float], holder: StaticString) throws(Refusal) -> Vector {
        let vector = try vector(numbers.count, holder: holder)
        for index in numbers.indices { vector[index] = numbers[index] }
        return vector
    }
}
