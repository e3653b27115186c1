import Bounded
import GradientCodec
import PolicyMath
import Wire

/// The newest policy version that the agent has received: what its next batch is sampled with.
///
/// It is apart from the network, which keeps the version that the batch at hand was begun with.
/// **Memory:** one vector of parameters, two of an observation's length when observations are normalised, and with a
/// critic that can be shared one of its parameters; y, if one is agreed on, is in the estimator's memory.
struct HeldPolicy: ~Copyable {
    /// The version held; nil before the first, and after one that could not be unpacked.
    private(set) var version: PolicyVersion?
    /// The federation that the version belongs to; 0 for none.
    private(set) var federationID: UInt64 = 0
    let parameters: Vector
    let mean: Vector
    let scale: Vector
    /// y, which the federation agrees on so far; empty without agreement.
    let agreed: Vector
    /// The version's parameters are those of the one before.
    private(set) var refines = false
    /// What the gateway sent for the gate with this version.
    private(set) var gateReference: Float = 0
    /// The federation's critic of this version, if it shares one and this agent has memory for it.
    private let critic: Vector
    private var targets: (mean: Double, scale: Double)?
    private let normalisesObservations: Bool

    /// What became of a policy.
    enum Reception {
        case taken
        /// It holds no parameters, or older ones than are held.
        case notWanted
        /// It is the difference from a version that is not held.
        case withoutBase
    }

    init(
        specification: PolicySpecification, criticCount: Int, agreed: Vector, arena: inout Arena
    ) throws(Arena.Refusal) {
        let observationCount = specification.normalisesObservations ? specification.observationCount : 0
        let parameters = try arena.vector(specification.parameterCount, holder: "policy held")
        let mean = try arena.vector(observationCount, holder: "policy held")
        let scale = try arena.vector(observationCount, holder: "policy held")
        let critic = criticCount > 0
            ? try arena.vector(criticCount, holder: "critic shared") : Vector(base: parameters.base, count: 0)
        self.critic = critic
        self.parameters = parameters
        self.mean = mean
        self.agreed = agreed
        self.scale = scale
        normalisesObservations = specification.normalisesObservations
    }

    /// Forgets the version; the next one is taken whatever its number.
    mutating func forget() { version = nil }

    /// Belongs to `federation` from now on; that it was another before is told by true, and its version forgotten.
    mutating func join(federation: UInt64) -> Bool {
        let isOther = federation != 0 && federationID != 0 && federation != federationID
        federationID = federation
        if isOther { forget() }
        return isOther
    }

    /// Takes over `policy` if it is newer than what is held, or a rollback.
    ///
    /// Parameters are kept as they came: the next version may be told as the difference from them.
    /// **Throws:** `CodecError` when it cannot be unpacked; no version is held then.
    mutating func take(_ policy: Policy, decoder: inout VectorDecoder) throws(CodecError) -> Reception {
        if policy.version == version, policy.gateReference > 0 { gateReference = policy.gateReference }
        guard let packed = policy.parameters else { return .notWanted }
        if let held = version, policy.version <= held, !policy.isRollback || policy.version == held {
            return .notWanted
        }
        if let base = policy.base, base != version { return .withoutBase }
        version = nil
        if policy.base != nil {
            guard packed.codec == .lattice, packed.count == parameters.count else { throw .malformed }
            try decoder.add(parameters: packed.parameters, data: packed.data, to: parameters)
        } else {
            try Self.unpack(packed, into: parameters, &decoder)
        }
        if normalisesObservations {
            if let normaliser = policy.normaliser {
                try Self.unpack(normaliser.mean, into: mean, &decoder)
                try Self.unpack(normaliser.scale, into: scale, &decoder)
            } else {
                mean.fill(0)
                scale.fill(1)
            }
        }
        if agreed.count > 0 {
            agreed.fill(0)
            if let packed = policy.consensus { try Self.unpack(packed, into: agreed, &decoder) }
        }
        refines = policy.refines
        targets = nil
        if let shared = policy.critic, critic.count > 0 {
            try Self.unpack(shared.parameters, into: critic)
            targets = (shared.targetMean, shared.targetScale)
        }
        version = policy.version
        gateReference = policy.gateReference
        return .taken
    }

    /// Has the batch that begins now judged by the federation's critic; without one the agent's own stays.
    func loadCritic(into sampler: inout Sampler) {
        guard let targets else { return sampler.estimator.keepCritic() }
        sampler.estimator.loadSharedCritic(critic, targetMean: targets.mean, targetScale: targets.scale)
    }

    /// Loads the policy as it is used: moved as far as the local work has come.
    ///
    /// A point that was moved to is put together where the batch's gradient will be.
    func load(into sampler: inout Sampler, after work: borrowing LocalAccumulator) {
        let step = work.step
        guard step > 0 else { return sampler.load(parameters, mean: mean, scale: scale) }
        let point = sampler.estimator.gradient
        point.copy(from: parameters)
        for index in 0..<point.count { point.base[index] += step * work.sum.base[index] }
        sampler.load(point, mean: mean, scale: scale)
    }

    private static func unpack(_ packed: PackedVector, into vector: Vector) throws(CodecError) {
        try packed.codec.decode(
            count: packed.count, parameters: packed.parameters, data: packed.data, into: vector)
    }

    private static func unpack(
        _ packed: PackedVector, into vector: Vector, _ decoder: inout VectorDecoder
    ) throws(CodecError) {
        try decoder.decode(
            packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: vector)
    }
}
