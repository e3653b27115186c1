import Bounded

/// Zeno++: lets pass what points where a gradient does that the gateway found itself, and gives it that length.
///
/// With v the trusted gradient and g̃ = g ‖v‖/‖g‖, a gradient passes, as g̃, when
///
///     ⟨v, g̃⟩ − ρ ‖g̃‖² + ε ≥ 0
///
/// v is asked for at the start and after every k gradients that passed or were refused; until the new one comes the old
/// one is used. Any number of agents may be adversaries.
///
/// **Memory:** one vector of doubles.
/// **Source:** Xie, Koyejo, Gupta, "Zeno++: Robust Fully Asynchronous SGD" (arXiv 1903.07020), algorithm 1 and its
/// definition of a score, divided by the learning rate γ, so that ρ here is their ρ/γ. Deviations: ascent with policy
/// gradients on both sides, which leaves the inner product as it is; ‖g̃‖² as in the paper, where the authors' code has
/// ‖g‖².
public struct ValidationFilter: ~Copyable {
    private let settings: ArrivalFilterSettings
    private let trusted: UnsafeMutableBufferPointer<Double>
    private var squaredNorm = 0.0
    private var hasTrusted = false
    private var isAsked = false
    private var arrivals = 0

    /// Reserves the trusted gradient.
    init(parameterCount: Int, settings: ArrivalFilterSettings, arena: inout Arena) throws(Arena.Refusal) {
        let trusted = try arena.reserve(Double.self, count: parameterCount, holder: "trusted gradient")
        self.settings = settings
        self.trusted = trusted
    }

    mutating func start() {
        hasTrusted = false
        isAsked = false
        arrivals = 0
    }

    mutating func takeRequest() -> Bool {
        guard !isAsked, !hasTrusted || arrivals >= settings.zenoInterval else { return false }
        isAsked = true
        return true
    }

    mutating func take(_ gradient: UnsafeBufferPointer<Float>) -> Bool {
        guard isAsked else { return false }
        isAsked = false
        guard gradient.count == trusted.count else { return false }
        var sum = 0.0
        for value in gradient { sum += Double(value) * Double(value) }
        // A gradient without a direction says nothing about others.
        guard sum.isFinite, sum > 0 else { return false }
        for index in 0..<trusted.count { trusted[index] = Double(gradient[index]) }
        squaredNorm = sum
        hasTrusted = true
        arrivals = 0
        return true
    }

    mutating func screen(_ gradient: Vector) -> FilterVerdict {
        guard hasTrusted else { return .waiting }
        if arrivals < Int.max { arrivals += 1 }
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
