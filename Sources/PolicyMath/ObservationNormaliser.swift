import Bounded

/// Shifts and scales raw observations with a mean and scale that a whole federation shares.
///
/// Until `load`, it only converts: mean 0, scale 1.
/// **Limit:** results are clipped to ±10 (a NaN stays one); without normalisation they pass unchanged.
/// **Memory:** two floats an element, from the arena.
public struct ObservationNormaliser: ~Copyable {
    /// The largest magnitude of a normalised element.
    public static let clip: Float = 10

    /// What is subtracted.
    public let mean: Vector
    /// The reciprocal of the standard deviation.
    public let scale: Vector
    /// Whether anything is done beside the conversion.
    public let isEnabled: Bool

    /// Reserves room for a mean and a scale, if the policy normalises.
    ///
    /// **Throws:** `Arena.Refusal`; a retry does not help.
    public init(specification: PolicySpecification, arena: inout Arena) throws(Arena.Refusal) {
        let count = specification.normalisesObservations ? specification.observationCount : 1
        let mean = try arena.vector(count, holder: "observation normaliser")
        let scale = try arena.vector(count, holder: "observation normaliser")
        scale.fill(1)
        self.mean = mean
        self.scale = scale
        isEnabled = specification.normalisesObservations
    }

    /// Takes over what the gateway sent with a policy version.
    public mutating func load(mean newMean: Vector, scale newScale: Vector) {
        guard isEnabled else { return }
        mean.copy(from: newMean)
        scale.copy(from: newScale)
    }

    /// Writes the network's input for a raw observation.
    public func normalise(_ raw: UnsafeBufferPointer<Double>, into observation: Vector) {
        precondition(raw.count == observation.count, "an observation of another shape")
        guard isEnabled else {
            for index in 0..<raw.count { observation[index] = Float(raw[index]) }
            return
        }
        precondition(raw.count == mean.count, "an observation of another shape")
        for index in 0..<raw.count {
            let value = Float(raw[index] - Double(mean[index])) * scale[index]
            observation[index] = value.isNaN ? value : min(max(value, -Self.clip), Self.clip)
        }
    }
}
