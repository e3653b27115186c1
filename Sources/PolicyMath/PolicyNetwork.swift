import Bounded
import CSystem

/// The policy of one agent: acts on one observation at a time, and gives log-probabilities and their gradients.
///
/// **Limit:** vectors of another length than the specification says stop the program.
/// **Memory:** about twice the parameters (weights packed for both directions) and one row of activations, from the
/// arena.
public struct PolicyNetwork: ~Copyable {
    /// The shape that this network was made for.
    public let specification: PolicySpecification
    /// The entropy, in nats, of the distribution at the observation evaluated last; `mode` leaves it alone.
    public private(set) var entropy: Float = 0

    let packed: PackedNetwork
    private(set) var head: DistributionHead
    private let pass: SamplePass

    /// Reserves everything; until `load`, all parameters are zero.
    ///
    /// **Throws:** `Arena.Refusal`; a retry does not help.
    public init(_ specification: PolicySpecification, arena: inout Arena) throws(Arena.Refusal) {
        try self.init(specification, kernels: suitedKernels(), arena: &arena)
    }

    init(_ specification: PolicySpecification, kernels: KernelTable, arena: inout Arena) throws(Arena.Refusal) {
        precondition(specification.isValid, "a policy specification out of range")
        let packed = try PackedNetwork(
            NetworkShape(specification), keepsRows: true, kernels: kernels, holder: "policy network", arena: &arena)
        let head = try DistributionHead(specification, arena: &arena)
        let pass = try SamplePass(packed, holder: "policy activations", arena: &arena)
        self.specification = specification
        self.packed = packed
        self.head = head
        self.pass = pass
    }

    /// Clamps log standard deviations to another range than the specification's, from the next load on.
    public mutating func clampLogStd(to range: ClosedRange<Float>) { head.clampLogStd(to: range) }

    /// Takes over parameters in canonical order; log standard deviations are clamped into the specification's range.
    public mutating func load(_ parameters: Vector) {
        precondition(parameters.count == specification.parameterCount, "a parameter vector of another shape")
        packed.load(parameters.base)
        head.load(parameters.base + packed.parameterCount)
    }

    /// Draws an action and returns its log-probability; a softmax action is the index in `action[0]`.
    public mutating func sample(observation: Vector, action: Vector, generator: inout RandomGenerator) -> Float {
        evaluate(observation, action)
        head.sample(pass.output, into: action, generator: &generator)
        return head.logProbability(pass.output, action.base)
    }

    /// Writes the most likely action: the mean, or the index of the largest logit.
    public mutating func mode(observation: Vector, action: Vector) {
        precondition(action.count == specification.actionElementCount, "an action of another shape")
        if specification.distribution == .gaussian, pass.writesAnywhere {
            return pass.forward(observation, into: action.base)
        }
        pass.forward(observation)
        head.mode(pass.output, into: action)
    }

    /// The log-probability (density, for a Gaussian) of an action.
    public mutating func logProbability(observation: Vector, action: Vector) -> Float {
        evaluate(observation, action)
        return head.logProbability(pass.output, action.base)
    }

    /// Adds `scale` times the score, the gradient of the action's log-probability, to `gradient` in canonical order.
    public mutating func addScore(observation: Vector, action: Vector, scale: Float, into gradient: Vector) {
        precondition(gradient.count == specification.parameterCount, "a gradient of another shape")
        evaluate(observation, action)
        head.score(pass.output, action.base, 1, pass.outputDelta)
        pass.addGradient(observation, scale: scale, into: gradient.base)
        head.addLogStdScore(
            pass.output, action.base, scale, gradient.base + packed.parameterCount)
    }

    /// Adds `scale` times the gradient of the entropy at `observation`.
    public mutating func addEntropyGradient(observation: Vector, scale: Float, into gradient: Vector) {
        precondition(gradient.count == specification.parameterCount, "a gradient of another shape")
        if specification.distribution == .gaussian {
            for index in packed.parameterCount..<gradient.count { gradient[index] += scale }
            return
        }
        pass.forward(observation)
        entropy = head.entropy(pass.output)
        pass.outputDelta.update(repeating: 0, count: packed.outputStride)
        head.addEntropyScore(pass.output, 1, pass.outputDelta)
        pass.addGradient(observation, scale: scale, into: gradient.base)
    }

    private mutating func evaluate(_ observation: Vector, _ action: Vector) {
        precondition(action.count == specification.actionElementCount, "an action of another shape")
        pass.forward(observation)
        entropy = head.entropy(pass.output)
    }
}
