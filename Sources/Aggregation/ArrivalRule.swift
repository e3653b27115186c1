import Bounded

/// The server of A3C, FedAsync and FedBuff: gradients in as they come, and no correction for their delay but a weight.
///
/// With δ the staleness, c how many gradients are in the buffer of K, and v the running mean of squares:
///
///     plain:    b ← (c = 0 ? 0 : b) + s(δ) g;   when c reaches K:  θ ← θ + α η b / K
///     RMSProp:  v ← ρ v + (1 − ρ) (s(δ) g)²;                       θ ← θ + α η s(δ) g / √(v + ε)
///
/// Every gradient makes a version; one that only goes into the buffer makes one with the θ of the version before. It
/// *ascends*, and agents sample at θ itself.
///
/// **Memory:** two vectors of doubles, and the guard's window.
/// **Source:** `ArrivalRuleSettings` has the rules and their papers.
public struct ArrivalRule: ~Copyable {
    /// What was configured.
    public let settings: ArrivalRuleSettings
    /// The policy θ.
    public let parameters: UnsafeMutableBufferPointer<Double>
    /// b, the sum of the buffer; or v, the mean squares.
    public let accumulator: UnsafeMutableBufferPointer<Double>
    /// How many gradients have been taken in.
    public internal(set) var version = PolicyVersion.initial
    /// How many gradients are in the buffer, below K.
    public internal(set) var bufferedCount = 0

    var normGuard: GradientNormGuard

    /// Reserves the state of a policy of `parameterCount` parameters, all zero.
    public init(parameterCount: Int, settings: ArrivalRuleSettings, arena: inout Arena) throws(Arena.Refusal) {
        precondition(settings.isUsable, "arrival rule settings out of range")
        let parameters = try arena.reserve(Double.self, count: parameterCount, holder: "policy")
        let accumulator = try arena.reserve(Double.self, count: parameterCount, holder: "buffer or mean squares")
        let normGuard = try GradientNormGuard(settings: settings.gradientNorm, arena: &arena)
        self.settings = settings
        self.parameters = parameters
        self.accumulator = accumulator
        self.normGuard = normGuard
    }

    /// Starts from `initial`, at version 0, with an empty buffer.
    public mutating func start(from initial: Vector) {
        precondition(initial.count == parameters.count, "an initial policy of another size")
        for index in 0..<parameters.count {
            parameters[index] = Double(initial[index])
            accumulator[index] = 0
        }
        version = .initial
        bufferedCount = 0
    }

    /// Applies `gradient`, which was sampled at `baseVersion`, or puts it into the buffer.
    ///
    /// **Limit:** a gradient that is not finite, or longer than the limit, or of a version to come, changes nothing.
    /// **Complexity:** three passes over the parameters.
    public mutating func apply(gradient: Vector, baseVersion: PolicyVersion) -> ArrivalOutcome {
        precondition(gradient.count == parameters.count, "a gradient of another size")
        let arrival: Weighing
        do throws(AggregationRefusal) {
            arrival = try weigh(squaredNorm: VectorKernels.squaredNorm(gradient), baseVersion: baseVersion)
        } catch {
            return .refused(error)
        }
        if settings.scaling == .rmsProp {
            return finish(arrival, ascend(scaled: arrival) { Double(gradient.base[$0]) }, baseVersion)
        }
        let squaredNorm = VectorKernels.blend(
            into: accumulator, keeping: bufferedCount == 0 ? 0 : 1, gradient, weight: arrival.weight)
        return finish(arrival, ascend(bufferNorm: squaredNorm.squareRoot()), baseVersion)
    }

    /// The same for a gradient in double precision, as recorded arrivals bring it; nothing is rounded.
    public mutating func apply(
        gradient: UnsafeBufferPointer<Double>, baseVersion: PolicyVersion
    ) -> ArrivalOutcome {
        precondition(gradient.count == parameters.count, "a gradient of another size")
        let arrival: Weighing
        do throws(AggregationRefusal) {
            arrival = try weigh(squaredNorm: VectorKernels.squaredNorm(gradient), baseVersion: baseVersion)
        } catch {
            return .refused(error)
        }
        if settings.scaling == .rmsProp {
            return finish(arrival, ascend(scaled: arrival) { gradient[$0] }, baseVersion)
        }
        let squaredNorm = VectorKernels.blend(
            into: accumulator, keeping: bufferedCount == 0 ? 0 : 1, gradient, weight: arrival.weight)
        return finish(arrival, ascend(bufferNorm: squaredNorm.squareRoot()), baseVersion)
    }

    /// Makes a version of a gradient that somebody else keeps: θ stays.
    public mutating func hold(gradientNorm: Double, baseVersion: PolicyVersion) -> AppliedUpdate {
        let update = AppliedUpdate(held: version.next, base: baseVersion, gradientNorm: gradientNorm)
        version = version.next
        return update
    }

    /// How many steps have been taken since `baseVersion`, with one step for every `bufferLength` versions.
    func stepsSince(_ baseVersion: PolicyVersion) -> UInt64 {
        let newestStep = version.number - min(UInt64(bufferedCount), version.number)
        guard baseVersion.number < newestStep else { return 0 }
        return 1 + (newestStep - 1 - baseVersion.number) / UInt64(settings.bufferLength)
    }

    /// What a gradient counts for.
    private struct Weighing {
        /// s(δ), times what the guard leaves of the gradient.
        var weight: Double
        var gradientNorm: Double
        var gradientScale: Double
    }

    /// What became of θ.
    private struct Step {
        var directionNorm: Double
        var length: Double
        var isHeld = false
    }

    private func weigh(
        squaredNorm: Double, baseVersion: PolicyVersion
    ) throws(AggregationRefusal) -> Weighing {
        guard baseVersion <= version else { throw .futureVersion }
        let scale = try normGuard.scale(squaredNorm: squaredNorm)
        return Weighing(
            weight: settings.staleness.value(at: stepsSince(baseVersion)) * scale,
            gradientNorm: squaredNorm.squareRoot(), gradientScale: scale)
    }

    /// Steps along the buffer when it is full.
    private mutating func ascend(bufferNorm: Double) -> Step {
        bufferedCount += 1
        guard bufferedCount == settings.bufferLength else {
            return Step(directionNorm: 0, length: 0, isHeld: true)
        }
        bufferedCount = 0
        let count = Double(settings.bufferLength)
        let factor = settings.mixing * settings.stepSize.value(at: version.number) / count
        VectorKernels.add(accumulator, times: factor, to: parameters)
        return Step(directionNorm: bufferNorm / count, length: factor * bufferNorm)
    }

    /// Steps along one gradient, each element by its own measure.
    private mutating func ascend(scaled arrival: Weighing, _ element: (Int) -> Double) -> Step {
        let factor = settings.mixing * settings.stepSize.value(at: version.number)
        let (decay, epsilon) = (settings.rmsPropDecay, settings.rmsPropEpsilon)
        var squaredLength = 0.0
        for index in 0..<parameters.count {
            let value = element(index) * arrival.weight
            accumulator[index] = decay * accumulator[index] + (1 - decay) * value * value
            let step = factor * value / (accumulator[index] + epsilon).squareRoot()
            parameters[index] += step
            squaredLength += step * step
        }
        return Step(directionNorm: arrival.gradientNorm * arrival.weight, length: squaredLength.squareRoot())
    }

    private mutating func finish(
        _ arrival: Weighing, _ step: Step, _ baseVersion: PolicyVersion
    ) -> ArrivalOutcome {
        normGuard.remember(norm: arrival.gradientNorm * arrival.gradientScale)
        let delay = version.number - baseVersion.number
        version = version.next
        var update = AppliedUpdate(
            version: version, delay: delay, gradientNorm: arrival.gradientNorm, gradientScale: arrival.gradientScale,
            directionNorm: step.directionNorm, stepLength: step.length)
        update.isHeld = step.isHeld
        return .applied(update)
    }
}
