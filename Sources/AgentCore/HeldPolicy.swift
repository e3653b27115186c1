import Bounded
import GradientCodec
import PolicyMath
import Wire

/// The newest policy version that the agent has received: what its next batch is sampled with.
///
/// It is apart from the network, which keeps the version that the batch at hand was begun with.
/// **Memory:** one vector of parameters, two of an observation's length when observations are normalised.
struct HeldPolicy: ~Copyable {
    /// The version held; nil before the first, and after one that could not be unpacked.
    private(set) var version: PolicyVersion?
    /// The federation that the version belongs to; 0 for none.
    private(set) var federationID: UInt64 = 0
    let parameters: Vector
    let mean: Vector
    let scale: Vector
    /// The federation's range of the log standard deviations.
    var logStdRange: ClosedRange<Float> = -80...80
    private let normalisesObservations: Bool
    private let logStdCount: Int

    init(specification: PolicySpecification, arena: inout Arena) throws(Arena.Refusal) {
        let observationCount = specification.normalisesObservations ? specification.observationCount : 0
        let parameters = try arena.vector(specification.parameterCount, holder: "policy held")
        let mean = try arena.vector(observationCount, holder: "policy held")
        let scale = try arena.vector(observationCount, holder: "policy held")
        self.parameters = parameters
        self.mean = mean
        self.scale = scale
        normalisesObservations = specification.normalisesObservations
        logStdCount = specification.distribution == .gaussian ? specification.actionCount : 0
    }

    /// Forgets the version; the next one is taken whatever its number.
    mutating func forget() { version = nil }

    /// Belongs to `federation` from now on; a version of another one is forgotten, and that is told by true.
    mutating func join(federation: UInt64) -> Bool {
        let isOther = version != nil && federation != 0 && federationID != 0 && federation != federationID
        federationID = federation
        if isOther { forget() }
        return isOther
    }

    /// Takes over `policy` if it is newer than what is held, or a rollback; true when it was.
    ///
    /// **Throws:** `CodecError` when it cannot be unpacked; no version is held then.
    mutating func take(_ policy: Policy) throws(CodecError) -> Bool {
        guard let packed = policy.parameters else { return false }
        if let held = version, policy.version <= held, !policy.isRollback || policy.version == held { return false }
        version = nil
        try unpack(packed, into: parameters)
        for index in (parameters.count - logStdCount)..<parameters.count {
            parameters[index] = min(max(parameters[index], logStdRange.lowerBound), logStdRange.upperBound)
        }
        if normalisesObservations {
            if let normaliser = policy.normaliser {
                try unpack(normaliser.mean, into: mean)
                try unpack(normaliser.scale, into: scale)
            } else {
                mean.fill(0)
                scale.fill(1)
            }
        }
        version = policy.version
        return true
    }

    private func unpack(_ packed: PackedVector, into vector: Vector) throws(CodecError) {
        try packed.codec.decode(
            count: packed.count, parameters: packed.parameters, data: packed.data, into: vector)
    }
}
