/// What is done about gradients that are much longer than they should be.
///
/// AFedPG normalises *after* its momentum, so one huge gradient would own the direction for many versions; after
/// clipping to c, one bad gradient moves it by at most 2αc.
public struct GradientNormSettings: Equatable, Sendable {
    /// What a long gradient is shortened to.
    public enum Clip: UInt32, Sendable {
        /// Nothing is shortened.
        case off = 0
        /// To `clipNorm`.
        case fixed = 1
        /// To `clipMultiple` times the `clipQuantile` quantile of the last `clipWindow` accepted norms.
        case quantile = 2
    }

    /// A gradient with a norm above this is always refused, so that no number of updates carries the policy out of the
    /// range of single precision.
    public static let absoluteLimit = 1e15
    /// The longest history that a quantile can be taken over.
    public static let maximumWindow = 1024
    /// How many norms have to be known before a quantile is trusted; until then nothing is shortened.
    public static let quantileWarmUp = 8

    /// A gradient with a norm above this is refused; 0 leaves it at `absoluteLimit`.
    public var limit: Double = 0
    /// What a long gradient is shortened to.
    public var clip: Clip = .off
    /// The norm that `fixed` shortens to.
    public var clipNorm: Double = 1
    /// Which quantile of the accepted norms `quantile` looks at, in (0, 1].
    public var clipQuantile: Double = 0.5
    /// How many times that quantile is allowed; above 1, so that the norms can grow again.
    public var clipMultiple: Double = 4
    /// How many accepted norms are remembered.
    public var clipWindow: Int = 64

    /// The safe defaults: refuse nothing but what is not finite, shorten nothing.
    public init() {}

    /// Whether every value is in its range.
    public var isUsable: Bool {
        guard limit.isFinite, limit >= 0 else { return false }
        switch clip {
        case .off: return true
        case .fixed: return clipNorm.isFinite && clipNorm > 0
        case .quantile:
            return clipQuantile > 0 && clipQuantile <= 1 && clipMultiple >= 1 && clipMultiple.isFinite
                && clipWindow >= Self.quantileWarmUp && clipWindow <= Self.maximumWindow
        }
    }
}
