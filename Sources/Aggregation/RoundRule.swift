import Bounded

/// The server of synchronous rounds: the gradients of all learners at one version in, then one step of the policy.
///
///     rule.add(ĝ₁) … rule.add(ĝ_M)      a learner's new gradient, or its last one if it sent none
///     rule.closeRound()                 ∇ = Σ ĝ_m, or the mean, or a robust combination of them; then AFedPG's step
///                                       with ∇ as its gradient
///
/// LAPG writes the aggregate as a recursion over innovations, ∇ᵏ = ∇ᵏ⁻¹ + Σ δ_m; the sum over each learner's last
/// gradient is the same number without the rounding that a recursion gathers, and a learner that left is out of it
/// at once.
///
/// **Memory:** AFedPG's, one more vector of doubles, and the guard's window; a combination that is not the plain mean
/// needs what `RobustCombiner` says.
/// **Source:** Chen, Zhang, Giannakis, Başar (LAPG, arXiv 1812.03239), algorithm 2. `RoundRuleSettings` has the rules.
public struct RoundRule: ~Copyable {
    /// What was configured.
    public let settings: RoundRuleSettings
    /// How many gradients the round has so far.
    public private(set) var count = 0
    /// What they weigh together: with Rennala, how many gradients they are the means of.
    private var weight = 0.0

    /// Of a consensus: the sum of the learners' curvatures, and the rounds since θ moved.
    var curvatureSum = 0.0
    var roundsOfStep = 0

    var policy: AFedPG
    private let sum: UnsafeMutableBufferPointer<Double>
    var normGuard: GradientNormGuard
    var combiner: RobustCombiner

    /// Reserves the state of a policy of `parameterCount` parameters, all zero.
    public init(parameterCount: Int, settings: RoundRuleSettings, arena: inout Arena) throws(Arena.Refusal) {
        var step = settings.step
        step.gradientNorm = GradientNormSettings()
        let policy = try AFedPG(parameterCount: parameterCount, settings: step, arena: &arena)
        let sum = try arena.reserve(Double.self, count: parameterCount, holder: "sum of a round")
        let normGuard = try GradientNormGuard(settings: settings.step.gradientNorm, arena: &arena)
        let combiner = try RobustCombiner(
            parameterCount: parameterCount, capacity: settings.robust.keepsGradients ? settings.learnersMaximum : 0,
            settings: settings.robust, arena: &arena)
        self.settings = settings
        self.policy = policy
        self.sum = sum
        self.normGuard = normGuard
        self.combiner = combiner
    }

    /// The policy θ.
    public var parameters: UnsafeBufferPointer<Double> { UnsafeBufferPointer(policy.parameters) }
    /// The direction of the last step: LAPG's aggregate.
    public var direction: UnsafeBufferPointer<Double> { UnsafeBufferPointer(policy.direction) }
    /// The point that agents sample at; θ itself unless AFedPG's lookahead is on.
    public var lookahead: UnsafeBufferPointer<Double> { UnsafeBufferPointer(policy.lookahead) }

    /// How many rounds have been closed.
    public var version: PolicyVersion { policy.version }

    /// Starts from `initial`, at version 0, with an empty round.
    public mutating func start(from initial: Vector) {
        policy.start(from: initial)
        combiner.start()
        count = 0
        roundsOfStep = 0
    }

    /// Adds one learner's gradient to the round, the mean of `batches` gradients.
    ///
    /// **Limit:** a gradient that is not finite, or longer than the limit, changes nothing.
    /// **Complexity:** two passes over the parameters.
    public mutating func add(_ gradient: Vector, batches: UInt32 = 1, curvature: Float = 0) -> RoundArrival {
        precondition(gradient.count == sum.count, "a gradient of another size")
        let squaredNorm = VectorKernels.squaredNorm(gradient)
        let scale: Double
        do throws(AggregationRefusal) { scale = try normGuard.scale(squaredNorm: squaredNorm) } catch {
            return .refused(error)
        }
        if settings.robust.keepsGradients {
            combiner.add(gradient, scale: scale)
        } else {
            _ = VectorKernels.blend(into: sum, keeping: keeping, gradient, weight: scale * share(of: batches))
        }
        return enter(norm: squaredNorm.squareRoot(), scale: scale, batches: batches, curvature: Double(curvature))
    }

    /// The same for a recorded gradient in double precision; nothing is rounded.
    public mutating func add(
        _ gradient: UnsafeBufferPointer<Double>, batches: UInt32 = 1, curvature: Double = 0
    ) -> RoundArrival {
        precondition(gradient.count == sum.count, "a gradient of another size")
        let squaredNorm = VectorKernels.squaredNorm(gradient)
        let scale: Double
        do throws(AggregationRefusal) { scale = try normGuard.scale(squaredNorm: squaredNorm) } catch {
            return .refused(error)
        }
        if settings.robust.keepsGradients {
            combiner.add(gradient, scale: scale)
        } else {
            _ = VectorKernels.blend(into: sum, keeping: keeping, gradient, weight: scale * share(of: batches))
        }
        return enter(norm: squaredNorm.squareRoot(), scale: scale, batches: batches, curvature: curvature)
    }

    /// What is kept of the sum when a gradient is added: nothing of the round before.
    private var keeping: Double { count == 0 ? 0 : 1 }

    /// Counts a gradient that was added.
    private mutating func enter(norm: Double, scale: Double, batches: UInt32, curvature: Double) -> RoundArrival {
        curvatureSum = (count == 0 ? 0 : curvatureSum) + curvature
        weight = (count == 0 ? 0 : weight) + share(of: batches)
        count += 1
        normGuard.remember(norm: norm * scale)
        return .added(norm: norm, scale: scale)
    }

    /// What the mean of `batches` gradients weighs: no learner can make more of itself than a whole round.
    private func share(of batches: UInt32) -> Double {
        guard case .rennala(let wanted) = settings.gathering(inRound: version.number) else { return 1 }
        return Double(min(UInt64(max(batches, 1)), wanted))
    }

    /// Forgets the gradients of the round.
    public mutating func abandonRound() {
        count = 0
        combiner.removeAll()
    }

    /// Takes the step, and opens the next round. A round without gradients, or with too few for a robust combination,
    /// moves nothing, yet makes a version.
    ///
    /// - Parameter refused: how many learners of the round sent nothing but what was refused; a robust combination then
    ///   reckons with so many fewer adversaries among the others.
    ///
    /// **Complexity:** four passes over the parameters, and the combination.
    public mutating func closeRound(refused: Int = 0) -> AppliedUpdate {
        let learners = settings.averages ? 1 : max(count, 1)
        var weight = settings.averages && count > 0 ? 1 / self.weight : 1
        var hasGradient = count > 0
        if settings.robust.keepsGradients {
            hasGradient = combiner.combine(into: sum, round: version.number, refused: refused)
            weight = 1
        }
        guard hasGradient else {
            count = 0
            return policy.hold(gradientNorm: 0, baseVersion: policy.version)
        }
        // Each gradient is within the limit; their sum need not be.
        let norm = VectorKernels.squaredNorm(UnsafeBufferPointer(sum)).squareRoot() * weight
        let limit = GradientNormSettings.absoluteLimit * 0.999
        if norm > limit { weight *= limit / norm }
        if weight != 1 { for index in 0..<sum.count { sum[index] *= weight } }
        let meanCurvature = curvatureSum / Double(count)
        count = 0
        if let consensus = settings.consensus {
            return agree(on: UnsafeBufferPointer(sum), meanCurvature: meanCurvature, consensus)
        }
        let outcome = policy.apply(gradient: UnsafeBufferPointer(sum), baseVersion: policy.version)
        guard case .applied(var update) = outcome else { preconditionFailure("a sum of accepted gradients") }
        update.learners = learners
        return update
    }

    /// A whole round of one gradient, as recorded arrivals bring them.
    mutating func applyRound(of gradient: Vector, baseVersion: PolicyVersion) -> ArrivalOutcome {
        guard baseVersion <= version else { return .refused(.futureVersion) }
        abandonRound()
        switch add(gradient) {
        case .refused(let refusal): return .refused(refusal)
        case .added(let norm, let scale):
            var update = closeRound()
            update.gradientNorm = norm
            update.gradientScale = scale
            return .applied(update)
        }
    }

    /// The same in double precision, without clip or limit; nothing is rounded.
    mutating func applyRound(
        of gradient: UnsafeBufferPointer<Double>, baseVersion: PolicyVersion
    ) -> ArrivalOutcome {
        guard settings.consensus != nil else { return policy.apply(gradient: gradient, baseVersion: baseVersion) }
        abandonRound()
        if case .refused(let refusal) = add(gradient) { return .refused(refusal) }
        return .applied(closeRound())
    }

    /// How many numbers `write(state:)` needs beside the parameters and the direction.
    public var stateCount: Int { policy.stateCount + normGuard.stateCount + combiner.stateCount }

    /// Writes what has to survive a restart beside parameters, direction and version: not the open round, whose
    /// learners send their gradients again.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another size")
        policy.write(state: UnsafeMutableBufferPointer(rebasing: state[0..<policy.stateCount]))
        let combination = policy.stateCount + normGuard.stateCount
        normGuard.write(state: UnsafeMutableBufferPointer(rebasing: state[policy.stateCount..<combination]))
        combiner.write(state: UnsafeMutableBufferPointer(rebasing: state[combination...]))
        if settings.consensus != nil { writeConsensus(state) }
    }

    /// Continues where a snapshot was taken, with an empty round; as `AFedPG.restore`.
    public mutating func restore(
        parameters: UnsafeBufferPointer<Double>, direction: UnsafeBufferPointer<Double>,
        state: UnsafeBufferPointer<Double>?, version: PolicyVersion
    ) -> Bool {
        abandonRound()
        var own: UnsafeBufferPointer<Double>?
        if let state {
            guard state.count >= policy.stateCount else { return false }
            own = UnsafeBufferPointer(rebasing: state[0..<policy.stateCount])
            // Another clip or combination was configured since: what they remember starts empty.
            if state.count == stateCount {
                let combination = policy.stateCount + normGuard.stateCount
                guard
                    normGuard.restore(
                        state: UnsafeBufferPointer(rebasing: state[policy.stateCount..<combination])),
                    combiner.restore(state: UnsafeBufferPointer(rebasing: state[combination...]))
                else { return false }
            }
        }
        guard let consensus = settings.consensus else {
            return policy.restore(parameters: parameters, direction: direction, state: own, version: version)
        }
        guard policy.restore(parameters: parameters, direction: direction, state: nil, version: version) else {
            return false
        }
        restoreConsensus(state, consensus)
        return true
    }
}
