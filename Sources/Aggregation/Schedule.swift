import CSystem

/// How a step size or a momentum weight changes with the policy version.
///
/// A schedule is a pure function of the version, so an agent's α can be found again from the version that its gradient
/// was sampled with.
public struct Schedule: Equatable, Sendable {
    /// The shape of the decay. With k the version, b the base and D the horizon:
    public enum Kind: UInt32, Sendable {
        /// b at every version.
        case constant = 0
        /// From b to b · `finalFraction` over D versions, then constant.
        case linear = 1
        /// b · D / (D + k).
        case harmonic = 2
        /// b · (2 / (k + 2))^`exponent`.
        case power = 3
    }

    /// The shape of the decay.
    public var kind: Kind
    /// The value at version 0.
    public var base: Double
    /// How many versions the decay takes (linear), or until half the base is left (harmonic).
    public var horizon: Double
    /// What is left of the base at the end of a linear decay.
    public var finalFraction: Double
    /// The exponent of a power decay.
    public var exponent: Double

    /// A schedule; what its kind does not use is ignored.
    public init(
        kind: Kind, base: Double, horizon: Double = 1000, finalFraction: Double = 0.1, exponent: Double = 1
    ) {
        self.kind = kind
        self.base = base
        self.horizon = horizon
        self.finalFraction = finalFraction
        self.exponent = exponent
    }

    /// The same value at every version.
    public static func constant(_ base: Double) -> Schedule { Schedule(kind: .constant, base: base) }

    /// From `base` to `base · finalFraction` over `horizon` versions.
    public static func linear(_ base: Double, horizon: Double, finalFraction: Double) -> Schedule {
        Schedule(kind: .linear, base: base, horizon: horizon, finalFraction: finalFraction)
    }

    /// `base · horizon / (horizon + k)`.
    public static func harmonic(_ base: Double, horizon: Double) -> Schedule {
        Schedule(kind: .harmonic, base: base, horizon: horizon)
    }

    /// `base · (2 / (k + 2))^exponent`.
    ///
    /// **Source:** Fatkhullin et al. 2023 (arXiv 2302.01734), code of N-PG-IGT: exponent 1 for the step and 4/5 for the
    /// momentum weight; their count starts at 1, ours at version 0, where the factor is exactly 1.
    public static func power(_ base: Double, exponent: Double) -> Schedule {
        Schedule(kind: .power, base: base, exponent: exponent)
    }

    /// The value at version `version`.
    public func value(at version: UInt64) -> Double {
        let k = Double(version)
        switch kind {
        case .constant: return base
        case .linear: return base * (1 - (1 - finalFraction) * min(k / horizon, 1))
        case .harmonic: return base * (horizon / (horizon + k))
        case .power: return base * pow(2 / (k + 2), exponent)
        }
    }

    /// Whether every value is finite and above zero, and none above `maximum`.
    public func isUsable(maximum: Double = .infinity) -> Bool {
        guard base.isFinite, base > 0, base <= maximum else { return false }
        switch kind {
        case .constant: return true
        case .linear:
            return horizon.isFinite && horizon > 0 && finalFraction > 0 && finalFraction.isFinite
                && base * finalFraction <= maximum
        case .harmonic: return horizon.isFinite && horizon > 0
        case .power: return exponent.isFinite && exponent >= 0
        }
    }
}
