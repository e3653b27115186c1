import Bounded
import CSystem

/// Takes the gradient of a batch once more, at parameters that the batch was not sampled with.
///
/// Each step's advantage is multiplied by its importance weight π_θ̂(a|o)/π_θ(a|o), truncated at the limit. The weights
/// of the steps before it, which decide how likely the state is, are left out: over a long episode their product is
/// nothing but noise.
///
/// **Memory:** two vectors of parameters, and a number an action; the log-probabilities of the steps take the place of
/// the baseline's values, which are no longer needed.
/// **Source:** Chen et al., LASG, rule WK2; the weights as in Papini et al. 2018 (SVRPG), truncated after Ionides 2008.
struct Reevaluation {
    /// θ̂.
    let remembered: Vector
    /// Until the end the parameters of the batch, then g(θ; ξ) − g(θ̂; ξ).
    let other: Vector
    private let logStd: Vector
    /// Whether there is a θ̂.
    var isKnown = false
    /// The largest weight.
    var limit: Float

    init(_ specification: PolicySpecification, limit: Float, arena: inout Arena) throws(Arena.Refusal) {
        let holder: StaticString = "gradient at the last upload"
        remembered = try arena.vector(specification.parameterCount, holder: holder)
        other = try arena.vector(specification.parameterCount, holder: holder)
        logStd = try arena.vector(specification.logStdCount, holder: holder)
        self.limit = limit
    }

    /// Does one tile; true when `other` is ready, and the policy is as it was.
    func advance(
        _ policy: inout PolicyNetwork, _ pass: TilePass, trajectory: Trajectory, cursor: inout Int, gradient: Vector,
        entropyWeight: Float, kernels: KernelTable
    ) -> Bool {
        if cursor == 0 {
            policy.unload(into: other)
            policy.load(remembered)
            pass.clearSums()
            logStd.fill(0)
        }
        let count = min(pass.capacity, trajectory.count - cursor)
        let rows = UnsafePointer(trajectory.observations + cursor * trajectory.stride)
        let stride = policy.packed.outputStride
        pass.forward(policy.packed, rows, samples: count)
        for row in 0..<count {
            let output = pass.output + row * stride
            let action = trajectory.actions + (cursor + row) * trajectory.actionStride
            let ratio = expf(policy.head.logProbability(output, action) - trajectory.values[cursor + row])
            _ = policy.head.addLoss(
                output, action, advantage: trajectory.advantages[cursor + row] * min(ratio, limit),
                entropyWeight: entropyWeight, pass.outputDelta + row * stride, logStd.base)
        }
        pass.backward(policy.packed, rows, samples: count)
        cursor += count
        guard cursor == trajectory.count else { return false }
        finish(&policy, pass, gradient, 1 / Float(trajectory.count), kernels)
        return true
    }

    private func finish(
        _ policy: inout PolicyNetwork, _ pass: TilePass, _ gradient: Vector, _ share: Float, _ kernels: KernelTable
    ) {
        let tail = other.base + policy.packed.parameterCount
        kernels.multiply(logStd.count, share, logStd.base)
        policy.head.stopAtRange(logStd.base)
        policy.load(other)
        other.fill(0)
        pass.addSums(scale: share, into: other.base)
        tail.update(from: logStd.base, count: logStd.count)
        kernels.scaleThenAdd(other.count, -1, gradient.base, other.base)
    }
}
