import Bounded

extension GradientEstimator {
    /// Whether there is a critic that a federation can share.
    public var sharesCritic: Bool { critic?.settings.isShared ?? false }

    /// The targets that the critic was trained towards since it was loaded: count, mean, sum of squared deviations.
    public var criticTargets: (count: Double, mean: Double, squaredDeviations: Double) {
        guard let critic else { return (0, 0, 0) }
        return (critic.targetCount, critic.targetMean, critic.targetDeviations)
    }

    /// Begins the next batch with the federation's critic, which standardises targets by `targetMean` and
    /// `targetScale`; a scale of 0 leaves that to the batch's own targets.
    ///
    /// **Limit:** without a critic that can be shared nothing happens; one of another length is a programmer error.
    public mutating func loadSharedCritic(_ parameters: Vector, targetMean: Double, targetScale: Double) {
        guard sharesCritic else { return }
        critic?.load(shared: parameters, targetMean: targetMean, targetScale: targetScale)
    }

    /// How training has changed the shared critic's parameters since they were loaded; nil when none was.
    ///
    /// It stays what it is until the critic is loaded again: a report that has to be made anew says the same.
    /// **Memory:** the estimator's own.
    public mutating func takeCriticChange() -> Vector? {
        guard let isFederal = critic?.isFederal, isFederal else { return nil }
        return critic?.takeChange()
    }

    /// The critic is this agent's own from now on.
    public mutating func keepCritic() { critic?.leaveFederation() }
}
