extension GradientEstimator {
    /// Whether memory for the variance of the gradient is reserved.
    public var estimatesVariance: Bool { noise != nil }
    /// Whether memory for the gradient at remembered parameters is reserved.
    public var reevaluates: Bool { reevaluation != nil }

    /// Estimates the variance from so many chunks, and truncates importance weights at `importanceLimit`, from the next
    /// batch on.
    public mutating func adopt(noiseChunks: Int, importanceLimit: Float) {
        noise?.chunksWanted = noiseChunks
        reevaluation?.limit = importanceLimit
    }

    /// Remembers the parameters that `policy` holds as those of the last upload (θ̂).
    public mutating func remember(_ policy: borrowing PolicyNetwork) {
        guard let reevaluation else { return }
        policy.unload(into: reevaluation.remembered)
        self.reevaluation?.isKnown = true
    }

    /// Forgets the remembered parameters.
    public mutating func forgetRemembered() { reevaluation?.isKnown = false }
}
