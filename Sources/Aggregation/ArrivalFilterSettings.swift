/// What can be chosen about the filter that gradients pass before an asynchronous rule sees them.
public struct ArrivalFilterSettings: Equatable, Sendable {
    /// Which filter.
    public enum Kind: UInt32, Sendable {
        /// Everything passes as it is.
        case none = 0
        /// Gradients that change faster than those of honest agents do are refused; late ones count less.
        case kardam = 1
        /// Gradients are gathered in buffers, whose means are combined robustly.
        case basgd = 2
        /// Gradients that point away from one that the gateway trusts are refused; the others get its length.
        case zeno = 3
    }

    /// The most buffers.
    public static let maximumBuffers = 1_024
    /// The most versions back that Kardam can look.
    public static let maximumHistory = 4_096

    /// Which filter.
    public var kind = Kind.none
    /// f of Kardam: how many agents may be adversaries.
    public var adversariesMaximum = 1
    /// Of Kardam: how many times the others' coefficient is allowed; 1 is the published filter.
    public var tolerance = 1.0
    /// Λ of Kardam: what a late gradient counts for.
    public var dampening = StalenessWeight()
    /// Of Kardam: how many agents are remembered at once.
    public var agentsMaximum = 64
    /// Of Kardam: how old, in versions, the point can be that a gradient was sampled at.
    public var stalenessMaximum: UInt64 = 64
    /// B of BASGD: how many buffers; at least twice as many as there are adversaries.
    public var bufferCount = 4
    /// Of BASGD: what is done about long gradients before they go into a buffer; elsewhere the rule does it.
    public var gradientNorm = GradientNormSettings()
    /// Of BASGD: how the buffers' means are combined.
    public var combination = ArrivalFilterSettings.median
    /// ρ of Zeno++ over its learning rate: the least cosine between a gradient and the trusted one.
    public var zenoRho = 0.01
    /// ε of Zeno++: how far a gradient may fall short of that, in squared length of the trusted one.
    public var zenoEpsilon = 0.0
    /// k of Zeno++: how many versions old the trusted gradient may be.
    public var zenoAgeMaximum: UInt64 = 10

    /// No filter.
    public init() {}

    private static var median: RobustSettings {
        var settings = RobustSettings()
        settings.combination = .median
        return settings
    }

    /// Whether every value is in its range.
    public var isUsable: Bool {
        switch kind {
        case .none: true
        case .kardam:
            adversariesMaximum >= 0 && tolerance > 0 && tolerance.isFinite && dampening.isUsable && agentsMaximum >= 1
                && stalenessMaximum < UInt64(Self.maximumHistory)
        case .basgd:
            (1...Self.maximumBuffers).contains(bufferCount) && gradientNorm.isUsable && combination.isUsable
                && bufferCount >= combination.gradientsNeeded(adversaries: combination.adversariesMaximum)
        case .zeno:
            zenoRho.isFinite && zenoEpsilon.isFinite && zenoEpsilon >= 0 && zenoAgeMaximum >= 1
        }
    }
}
