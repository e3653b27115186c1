import Bounded

/// Zeno++: lets pass what points where a gradient does that the gateway trusts, and gives it that length.
///
/// With v the trusted gradient and g̃ = g ‖v‖/‖g‖, a gradient passes, as g̃, when
///
///     ⟨v, g̃⟩ − ρ ‖g̃‖² + ε ≥ 0
///
/// v is at most k versions old: before the first one has come, and when the last one is older than that, everything
/// waits. Any number of agents may be adversaries.
///
/// **Memory:** one vector of doubles. Nothing is stored: after a restart everything waits for a new v.
/// **Source:** Xie, Koyejo, Gupta, "Zeno++: Robust Fully Asynchronous SGD" (arXiv 1903.07020), algorithm 1 and its
/// definition of a score, divided by the learning rate γ, so that ρ here is their ρ/γ. Deviations: ascent with policy
/// gradients on both sides, which leaves the inner product as it is; ‖g̃‖² as in the paper, where the authors' code has
/// ‖g‖²; v is not found by the server when it has grown too old, but comes as often as the validating agent sends one.
public struct ValidationFilter: ~Copyable {
    private let settings: ArrivalFilterSettings
    private let trusted: UnsafeMutableBufferPointer<Double>
    private var squaredNorm = 0.0
    /// Where the trusted gradient was sampled; nil: there is none yet.
    private var version: PolicyVersion?

    /// Reserves the trusted gradient.
    init(parameterCount: Int, settings: ArrivalFilterSettings, arena: inout Arena) throws(Arena.Refusal) {
        let trusted = try arena.reserve(Double.self, count: parameterCount, holder: "trusted gradient")
        self.settings = settings
        self.trusted = trusted
    }

    mutating func start() { version = nil }

    mutating func take(_ gradient: Vector, of version: PolicyVersion) -> Bool {
        guard gradient.count == trusted.count else { return false }
        if let newest = self.version, version < newest { return false }
        let sum = VectorKernels.squaredNorm(gradient)
        // A gradient without a direction says nothing about others.
        guard sum.isFinite, sum > 0 else { return false }
        for index in 0..<trusted.count { trusted[index] = Double(gradient.base[index]) }
        squaredNorm = sum
        self.version = version
        return true
    }

    mutating func screen(_ gradient: Vector, newest: PolicyVersion) -> FilterVerdict {
        guard let version, version <= newest, newest.number - version.number <= settings.zenoAgeMaximum else {
            return .waiting
        }
        let norm = VectorKernels.squaredNorm(gradient).squareRoot()
        guard norm > 0, norm.isFinite else { return .refused(.direction) }
        var product = 0.0
        for index in 0..<trusted.count { product += trusted[index] * Double(gradient.base[index]) }
        let scale = squaredNorm.squareRoot() / norm
        let score = product * scale - settings.zenoRho * squaredNorm + settings.zenoEpsilon
        guard score >= 0 else { return .refused(.direction) }
        for index in 0..<gradient.count { gradient.base[index] = Float(Double(gradient.base[index]) * scale) }
        return .passed(gradientNorm: norm)
    }
}
