import Bounded

/// The server of AFedPG: one gradient in, one step of the policy, in double precision.
///
/// With k the number of gradients applied before this one, k′ the version that it was sampled with, g the gradient:
///
///     d ← (1 − α_k′) d + α_k′ g
///     θ ← θ + η_k d / ‖d‖
///     θ̃ ← θ + ((1 − α_k′) / α_k′) (θ − θ before)
///
/// It *ascends*. Agents sample at θ̃ (`lookahead`); θ (`parameters`) is what is evaluated and deployed. A direction of
/// length zero moves nothing, yet makes a version: the gradient was used.
///
/// **Memory:** three vectors of doubles, and the guard's window.
/// **Source:** Lan, Han, Hashemi, Aggarwal, Brinton, "Asynchronous Federated Reinforcement Learning with Policy
/// Gradient Updates" (AFedPG, arXiv 2404.08003), algorithm 1. How its indices are counted is the decision record
/// `AFedPGIndices`.
public struct AFedPG: ~Copyable {
    /// What was configured.
    public let settings: AFedPGSettings
    /// The policy θ.
    public let parameters: UnsafeMutableBufferPointer<Double>
    /// The momentum d.
    public let direction: UnsafeMutableBufferPointer<Double>
    /// The point θ̃ that agents sample at.
    public let lookahead: UnsafeMutableBufferPointer<Double>
    /// How many gradients have been applied.
    public internal(set) var version = PolicyVersion.initial

    /// θ̃ = θ + `lookaheadFactor` · d: all that is needed to find θ̃ again.
    var lookaheadFactor = 0.0
    var hasMomentum = false
    var normGuard: GradientNormGuard

    /// Reserves the state of a policy of `parameterCount` parameters, all zero.
    public init(parameterCount: Int, settings: AFedPGSettings, arena: inout Arena) throws(Arena.Refusal) {
        precondition(settings.isUsable, "AFedPG settings out of range")
        let parameters = try arena.reserve(Double.self, count: parameterCount, holder: "policy")
        let direction = try arena.reserve(Double.self, count: parameterCount, holder: "direction")
        let lookahead = try arena.reserve(Double.self, count: parameterCount, holder: "lookahead policy")
        let normGuard = try GradientNormGuard(settings: settings.gradientNorm, arena: &arena)
        self.settings = settings
        self.parameters = parameters
        self.direction = direction
        self.lookahead = lookahead
        self.normGuard = normGuard
    }

    /// How many parameters the policy has.
    public var parameterCount: Int { parameters.count }

    /// Starts from `initial`, at version 0 with no momentum.
    public mutating func start(from initial: Vector) {
        precondition(initial.count == parameterCount, "an initial policy of another size")
        for index in 0..<parameterCount {
            parameters[index] = Double(initial[index])
            lookahead[index] = parameters[index]
            direction[index] = 0
        }
        version = .initial
        lookaheadFactor = 0
        hasMomentum = settings.momentumStart == .zero
    }

    /// Applies `gradient`, which was sampled at the θ̃ of `baseVersion`.
    ///
    /// **Limit:** a gradient that is not finite, or longer than the limit, or of a version to come, changes nothing.
    /// **Complexity:** three passes over the parameters.
    /// **Source:** AFedPG, algorithm 1, lines 2.2 to 2.4; the lookahead's θ − θ before is written η d/‖d‖, which it is.
    public mutating func apply(gradient: Vector, baseVersion: PolicyVersion) -> ArrivalOutcome {
        precondition(gradient.count == parameterCount, "a gradient of another size")
        guard baseVersion <= version else { return .refused(.futureVersion) }
        let squaredNorm = VectorKernels.squaredNorm(gradient)
        let scale: Double
        switch normGuard.judge(squaredNorm: squaredNorm) {
        case .accepted(let accepted): scale = accepted
        case .notFinite: return .refused(.notFinite)
        case .tooLong: return .refused(.normTooLarge)
        }
        let weight = settings.momentum.value(at: baseVersion.number)
        let gradientWeight = hasMomentum ? weight : 1
        let directionNorm = VectorKernels.blend(
            into: direction, keeping: 1 - gradientWeight, gradient, weight: gradientWeight * scale
        ).squareRoot()
        let stepSize = settings.stepSize.value(at: version.number)
        let factor = settings.normalisesDirection ? (directionNorm > 0 ? stepSize / directionNorm : 0) : stepSize
        lookaheadFactor = settings.usesLookahead ? (1 - weight) / weight * factor : 0
        VectorKernels.step(parameters, lookahead, along: direction, by: factor, ahead: lookaheadFactor)

        let gradientNorm = squaredNorm.squareRoot()
        normGuard.remember(norm: gradientNorm * scale)
        hasMomentum = true
        let delay = version.number - baseVersion.number
        version = version.next
        return .applied(
            AppliedUpdate(
                version: version, delay: delay, gradientNorm: gradientNorm, gradientScale: scale,
                directionNorm: directionNorm, stepLength: factor * directionNorm))
    }
}
