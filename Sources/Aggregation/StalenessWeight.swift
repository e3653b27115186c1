import CSystem

/// s(δ): how much a gradient counts that was sampled δ versions, or steps, ago.
///
/// It is a pure function of the staleness: what an arrival counts for never depends on how late others were.
/// **Source:** Xie, Koyejo, Gupta, "Asynchronous Federated Optimization" (FedAsync, arXiv 1903.03934) for the first
/// three; the buffer of FLSim, the code of FedBuff (arXiv 2106.06639), for the threshold; Damaskinos et al.,
/// "Asynchronous Byzantine Machine Learning" (Kardam, arXiv 1802.07928), for the exponential.
public struct StalenessWeight: Equatable, Sendable {
    /// The shape of s. With b the cutoff:
    public enum Kind: UInt32, Sendable {
        /// 1.
        case constant = 0
        /// (1 + δ)^−a, with a the exponent.
        case polynomial = 1
        /// 1 up to b, then 1 / (a (δ − b) + 1), with a the slope.
        case hinge = 2
        /// 1 up to b, then the floor.
        case threshold = 3
        /// e^(−a δ), with a the exponent.
        case exponential = 4
    }

    /// The shape of s.
    public var kind = Kind.polynomial
    /// a of the polynomial and of the exponential.
    public var exponent = 0.5
    /// b: up to where the hinge and the threshold leave a gradient alone.
    public var cutoff: UInt64 = 4
    /// a of the hinge.
    public var slope = 10.0
    /// What the threshold leaves of a gradient beyond the cutoff.
    public var floor = 0.1
    /// The staleness that counts as 1: every weight is divided by that of this one; at 0 none is.
    public var typical: UInt64 = 0

    /// 1/√(1 + δ), which FedBuff uses.
    public init() {}

    /// Nothing is weighted.
    public static var constant: StalenessWeight {
        var weight = StalenessWeight()
        weight.kind = .constant
        return weight
    }

    /// s(`staleness`) / s(`typical`).
    public func value(at staleness: UInt64) -> Double {
        typical == 0 ? plainValue(at: staleness) : plainValue(at: staleness) / plainValue(at: typical)
    }

    private func plainValue(at staleness: UInt64) -> Double {
        switch kind {
        case .constant: 1
        case .polynomial: pow(1 + Double(staleness), -exponent)
        case .hinge: staleness <= cutoff ? 1 : 1 / (slope * Double(staleness - cutoff) + 1)
        case .threshold: staleness <= cutoff ? 1 : floor
        case .exponential: exp(-exponent * Double(staleness))
        }
    }

    /// Whether every value is in its range, so that every weight is above 0 where it divides.
    public var isUsable: Bool {
        exponent.isFinite && exponent >= 0 && slope.isFinite && slope >= 0 && floor.isFinite && floor >= 0
            && plainValue(at: typical) > 0
    }
}
