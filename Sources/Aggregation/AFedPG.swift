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
        let arrival: Weighing
        do throws(AggregationRefusal) {
            arrival = try weigh(squaredNorm: VectorKernels.squaredNorm(gradient), baseVersion: baseVersion)
        } catch {
            return .refused(error)
        }
        let squaredNorm = VectorKernels.blend(
            into: direction, keeping: arrival.keeping, gradient, weight: arrival.gradientWeight)
        return step(arrival, directionNorm: squaredNorm.squareRoot(), baseVersion: baseVersion)
    }

    /// The same for a gradient in double precision, as recorded arrivals bring it; nothing is rounded.
    public mutating func apply(
        gradient: UnsafeBufferPointer<Double>, baseVersion: PolicyVersion
    ) -> ArrivalOutcome {
        precondition(gradient.count == parameterCount, "a gradient of another size")
        let arrival: Weighing
        do throws(AggregationRefusal) {
            arrival = try weigh(squaredNorm: VectorKernels.squaredNorm(gradient), baseVersion: baseVersion)
        } catch {
            return .refused(error)
        }
        let squaredNorm = VectorKernels.blend(
            into: direction, keeping: arrival.keeping, gradient, weight: arrival.gradientWeight)
        return step(arrival, directionNorm: squaredNorm.squareRoot(), baseVersion: baseVersion)
    }

    /// Makes a version of a gradient that somebody else keeps: θ, d and θ̃ stay.
    public mutating func hold(gradientNorm: Double, baseVersion: PolicyVersion) -> AppliedUpdate {
        let update = AppliedUpdate(held: version.next, base: baseVersion, gradientNorm: gradientNorm)
        version = version.next
        return update
    }

    /// What a gradient counts for.
    private struct Weighing {
        /// α of the version that it was sampled with.
        var momentum: Double
        /// What is kept of the direction, and what the gradient is multiplied with.
        var keeping: Double
        var gradientWeight: Double
        var gradientNorm: Double
        var gradientScale: Double
    }

    private func weigh(
        squaredNorm: Double, baseVersion: PolicyVersion
    ) throws(AggregationRefusal) -> Weighing {
        guard baseVersion <= version else { throw .futureVersion }
        let scale = try normGuard.scale(squaredNorm: squaredNorm)
        let momentum = settings.momentum.value(at: baseVersion.number)
        let weight = hasMomentum ? momentum : 1
        return Weighing(
            momentum: momentum, keeping: 1 - weight, gradientWeight: weight * scale,
            gradientNorm: squaredNorm.squareRoot(), gradientScale: scale)
    }

    /// Moves θ along the new direction, and θ̃ ahead of it.
    private mutating func step(
        _ arrival: Weighing, directionNorm: Double, baseVersion: PolicyVersion
    ) -> ArrivalOutcome {
        let stepSize = settings.stepSize.value(at: version.number)
        let factor = settings.normalisesDirection ? (directionNorm > 0 ? stepSize / directionNorm : 0) : stepSize
        lookaheadFactor = settings.usesLookahead ? (1 - arrival.momentum) / arrival.momentum * factor : 0
        VectorKernels.step(parameters, lookahead, along: direction, by: factor, ahead: lookaheadFactor)

        normGuard.remember(norm: arrival.gradientNorm * arrival.gradientScale)
        hasMomentum = true
        let delay = version.number - baseVersion.number
        version = version.next
        return .applied(
            AppliedUpdate(
                version: version, delay: delay, gradientNorm: arrival.gradientNorm,
                gradientScale: arrival.gradientScale, directionNorm: directionNorm,
                stepLength: factor * directionNorm))
    }
}
