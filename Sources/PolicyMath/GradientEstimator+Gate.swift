import Bounded

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

    /// Says what the next batch is sampled with, as the network has loaded it.
    public func willSample(with parameters: Vector) { reevaluation?.sampled.copy(from: parameters) }

    /// Remembers the parameters that the batch was sampled with as those of the last upload (θ̂).
    public mutating func rememberParameters() {
        guard let reevaluation else { return }
        reevaluation.remembered.copy(from: reevaluation.sampled)
        self.reevaluation?.isKnown = true
    }

    /// Forgets the remembered parameters, and what the gradient at hand was compared with.
    public mutating func forgetParameters() {
        reevaluation?.isKnown = false
        movedSquare = nil
    }
}
