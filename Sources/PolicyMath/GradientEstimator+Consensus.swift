import Bounded

extension GradientEstimator {
    /// Where y goes, which the federation agrees on so far; empty unless the direction is `consensus`.
    public var agreed: Vector { consensus?.agreed ?? Vector(base: gradient.base, count: 0) }

    /// y_iᵀ H_i y_i of the last solution; 0 unless the direction is `consensus`.
    public var curvature: Float { consensus?.curvature ?? 0 }

    /// Takes over ρ.
    public mutating func adopt(penalty: Float) {
        consensus?.penalty = penalty
        natural?.shift = penalty
    }

    /// λ_i ← λ_i + ρ (y_i − y), after `agreed` was replaced by the mean that this agent's solution is in.
    public func followAgreement() {
        guard let consensus, let natural else { return }
        kernels.addScaled(gradient.count, consensus.penalty, natural.solution.base, consensus.dual.base)
        kernels.addScaled(gradient.count, -consensus.penalty, consensus.agreed.base, consensus.dual.base)
    }

    /// λ_i ← 0.
    public func forgetAgreement() { consensus?.dual.fill(0) }

    /// Solves again with the batch at hand, for another y and λ_i; `advance` until it returns true.
    ///
    /// Conjugate gradients go on where they ended: the right side's change is the residual's.
    public mutating func refine() {
        guard let consensus, let natural else { return }
        for index in 0..<gradient.count {
            let right = consensus.rightSide(at: index)
            natural.residual.base[index] += right - consensus.right.base[index]
            consensus.right.base[index] = right
        }
        self.natural?.resume()
        isRefining = true
        enter(.natural)
    }

    /// `gradient` is g_i now.
    mutating func beginSolution() {
        guard let consensus else { return }
        consensus.plain.copy(from: gradient)
        for index in 0..<gradient.count { consensus.right.base[index] = consensus.rightSide(at: index) }
        natural?.begin(consensus.right, from: consensus.agreed)
    }

    /// `gradient` becomes y_i + λ_i / ρ; one that was not finite stays, so that it is noticed.
    mutating func finishSolution() {
        guard let consensus, let natural else { return }
        let count = gradient.count
        let square = natural.square(consensus.right)
        if square.isFinite {
            gradient.copy(from: natural.solution)
            kernels.addScaled(count, 1 / consensus.penalty, consensus.dual.base, gradient.base)
            let length = kernels.dotProduct(count, natural.solution.base, natural.solution.base)
            self.consensus?.curvature = max(0, square - consensus.penalty * length)
        } else {
            gradient.fill(.nan)
        }
        if isRefining { enter(.done) } else { finishGate() }
    }
}

extension ConsensusShare {
    /// An element of g_i − λ_i + ρ y.
    func rightSide(at index: Int) -> Float { plain.base[index] - dual.base[index] + penalty * agreed.base[index] }
}
