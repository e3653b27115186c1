import Bounded

/// What a server rule did with a gradient.
public enum ArrivalOutcome: Equatable, Sendable {
    /// It is part of the policy now.
    case applied(AppliedUpdate)
    /// Nothing has changed.
    case refused(AggregationRefusal)
}

/// Why a server rule refused a gradient.
public enum AggregationRefusal: UInt32, Error {
    /// The gradient has an infinity or a NaN in it.
    case notFinite = 1
    /// The gradient is longer than the configured limit.
    case normTooLarge = 2
    /// The gradient claims to be sampled with a version that does not exist yet.
    case futureVersion = 3
}

/// What changed with one applied gradient.
public struct AppliedUpdate: Equatable, Sendable {
    /// The version that the gradient made.
    public var version: PolicyVersion
    /// The delay δ: how many versions had been made since the one it was sampled with.
    public var delay: UInt64
    /// The norm of the gradient as it arrived.
    public var gradientNorm: Double
    /// What the gradient was multiplied with before use; below 1 when it was shortened.
    public var gradientScale: Double
    /// The norm of the direction after the gradient went in.
    public var directionNorm: Double
    /// How far θ moved; 0 when the direction was zero.
    public var stepLength: Double
    /// How many gradients the direction is the sum of; 1 for one gradient and for a mean.
    public var learners = 1
    /// Whether the gradient only went into a buffer: the version has the θ of the one before.
    public var isHeld = false

    /// The length of one learner's share of the direction, which its gate compares with.
    ///
    /// **Source:** LAG's and LAPG's ‖θ after − θ before‖ / (α M) for a step of α times the sum of M gradients.
    public var learnerNorm: Double { directionNorm / Double(learners) }
}

extension AppliedUpdate {
    /// A gradient of `base` that made version `held` without moving θ.
    init(held: PolicyVersion, base: PolicyVersion, gradientNorm: Double) {
        self.init(
            version: held, delay: held.number - 1 - base.number, gradientNorm: gradientNorm, gradientScale: 1,
            directionNorm: 0, stepLength: 0)
        isHeld = true
    }
}
