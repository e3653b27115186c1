/// When a gradient is worth sending: the rule, and its constants.
public struct GateSettings: Equatable, Sendable {
    /// Which inequality decides.
    public enum Rule: UInt32, Sendable {
        /// Everything is sent.
        case none = 0
        /// The squared distance from the mirror, against the reference and the sampling noise (LAPG).
        case lapg = 1
        /// The same for the packed gradient, with the packing errors on the right side (LAQ).
        case laq = 2
        /// The squared distance of the gradients at the present and the last uploaded policy, on one batch (LASG-WK2).
        case lasgWK2 = 3
        /// The squared distance from the mirror, against a share of the gradient's own squared norm and the noise: it
        /// needs nothing from the gateway.
        case innovation = 4
    }

    /// Which inequality decides.
    public var rule = Rule.none
    /// c: how many times twice the variance of the gradient counts as noise.
    public var noiseFactor: Float = 1
    /// The share of the gradient's squared norm in the `innovation` rule.
    public var relativeThreshold: Float = 0.1
    /// How many skips in a row force an upload; 0 for no limit.
    public var skipRoundsMaximum: UInt32 = 10
    /// Parts of a batch that the variance is estimated from, at least 2.
    public var chunks = 8
    /// LASG-WK2: the largest importance weight of a step.
    public var importanceLimit: Float = 2

    /// No gate.
    public init() {}

    /// Whether the variance of the gradient enters the inequality.
    public var needsVariance: Bool { rule != .none && noiseFactor > 0 }

    /// Whether every field is in its range.
    public var isUsable: Bool {
        noiseFactor >= 0 && noiseFactor.isFinite && relativeThreshold >= 0 && relativeThreshold.isFinite
            && (2...64).contains(chunks) && importanceLimit >= 1 && importanceLimit.isFinite
    }
}
