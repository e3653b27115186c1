import Bounded

/// What the agents' gates compare with: R = ξ Σ ‖d‖² over the last directions.
///
/// **Memory:** one double for each of `length` directions.
/// **Source:** Chen et al., LAPG, condition (15), whose right side sums ‖θ − θ before‖² / (αM)². A normalised step has
/// a length of its own choosing, so the directions stand in for the steps.
struct GateReference: ~Copyable {
    /// ξ.
    let weight: Double
    private let squares: UnsafeMutableBufferPointer<Double>
    private var next = 0

    init(weight: Double, length: Int, arena: inout Arena) throws(Arena.Refusal) {
        squares = try arena.reserve(Double.self, count: length, holder: "gate reference")
        self.weight = weight
    }

    /// Takes the newest squared norm in, in place of the oldest.
    mutating func add(_ square: Double) {
        guard squares.count > 0 else { return }
        squares[next] = square
        next = next + 1 == squares.count ? 0 : next + 1
    }

    /// R, at most the largest `Float`.
    var value: Float {
        var sum = 0.0
        for square in squares { sum += square }
        return Float(min(weight * sum, Double(Float.greatestFiniteMagnitude)))
    }

    var stateCount: Int { 1 + squares.count }

    func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another gate reference")
        state[0] = Double(next)
        for index in 0..<squares.count { state[1 + index] = squares[index] }
    }

    /// Takes back what `write(state:)` wrote; with another length, or what cannot have been written, it starts at zero.
    mutating func restore(state: UnsafeBufferPointer<Double>) {
        guard state.count == stateCount, let storedNext = Int(exactly: state[0]),
            storedNext == 0 || (0..<squares.count).contains(storedNext)
        else { return }
        for index in 0..<squares.count where !(state[1 + index] >= 0 && state[1 + index].isFinite) { return }
        next = storedNext
        for index in 0..<squares.count { squares[index] = state[1 + index] }
    }
}
