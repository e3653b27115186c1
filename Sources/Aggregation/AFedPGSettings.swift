/// What can be chosen about AFedPG.
public struct AFedPGSettings: Equatable, Sendable {
    /// What the momentum is before the first gradient.
    public enum MomentumStart: UInt32, Sendable {
        /// d₀ = 0, so that d₁ = α g₁.
        case zero = 0
        /// d₁ = g₁, as in the code of N-PG-IGT.
        case firstGradient = 1
    }

    /// The step size η.
    public var stepSize = Schedule.constant(0.02)
    /// The momentum weight α, in (0, 1]: how much of a new gradient goes into the direction.
    public var momentum = Schedule.constant(0.3)
    /// Whether the step is η d/‖d‖ (the paper) or η d (for natural gradients, which carry their own length).
    public var normalisesDirection = true
    /// Whether agents sample ahead of θ, at θ̃ (the paper), or at θ itself (the paper's ablation "Vanilla").
    public var usesLookahead = true
    /// What the momentum is before the first gradient.
    public var momentumStart = MomentumStart.zero
    /// What is done about long gradients.
    public var gradientNorm = GradientNormSettings()

    /// AFedPG as published, with the values that were seen to learn Swimmer.
    public init() {}

    /// Whether every value is in its range.
    public var isUsable: Bool { stepSize.isUsable() && momentum.isUsable(maximum: 1) && gradientNorm.isUsable }
}
