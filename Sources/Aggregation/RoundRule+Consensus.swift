import Bounded

// FedNPG-ADMM: what learners send is y_i + λ_i / ρ, and its mean is the next y. The direction is y, so that it is
// stored with the version and goes out with it.

extension RoundRule {
    /// What tells this state, and so this direction, from those of other rules.
    private static var consensusMark: Double { -3 }

    /// Whether the newest version's θ is that of the version before it, and learners are to go on with their batches.
    public var refines: Bool { roundsOfStep > 0 }

    /// Takes the mean of a round over as y; every `rounds`-th time θ goes along it.
    ///
    /// **Complexity:** three passes over the parameters.
    mutating func agree(
        on mean: UnsafeBufferPointer<Double>, meanCurvature: Double, _ consensus: ConsensusSettings
    ) -> AppliedUpdate {
        for index in 0..<mean.count { policy.direction[index] = mean[index] }
        let norm = VectorKernels.squaredNorm(mean).squareRoot()
        roundsOfStep += 1
        var factor = 0.0
        if roundsOfStep >= consensus.rounds {
            roundsOfStep = 0
            factor = settings.step.stepSize.value(at: version.number)
            if settings.step.normalisesDirection {
                let length = consensus.metric == .fisher ? max(0, meanCurvature).squareRoot() : norm
                factor = length > 0 ? factor / length : 0
            }
            VectorKernels.step(policy.parameters, policy.lookahead, along: policy.direction, by: factor, ahead: 0)
        }
        policy.version = version.next
        return AppliedUpdate(
            version: version, delay: 0, gradientNorm: norm, gradientScale: 1, directionNorm: norm,
            stepLength: factor * norm)
    }

    /// Puts what a consensus remembers in the place of the momentum's.
    func writeConsensus(_ state: UnsafeMutableBufferPointer<Double>) {
        state[0] = Self.consensusMark
        state[1] = Double(roundsOfStep)
    }

    /// Takes it back; of a state that another rule wrote, nothing, and y is zero.
    mutating func restoreConsensus(_ state: UnsafeBufferPointer<Double>?, _ consensus: ConsensusSettings) {
        roundsOfStep = 0
        guard let state else { return }
        guard state.count >= 2, state[0] == Self.consensusMark else {
            for index in 0..<policy.parameterCount { policy.direction[index] = 0 }
            return
        }
        roundsOfStep = min(max(0, Int(exactly: state[1]) ?? 0), consensus.rounds - 1)
    }
}
