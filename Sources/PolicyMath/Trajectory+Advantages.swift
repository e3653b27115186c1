extension Trajectory {
    /// Fills `returns` with discounted rewards-to-go; truncated segments are bootstrapped from the values if
    /// `bootstraps`.
    func computeReturns(discount: Double, bootstraps: Bool) {
        var result = 0.0
        var final = finalCount
        for step in Swift.stride(from: count - 1, through: 0, by: -1) {
            if marks[step].contains(.segmentEnd) { result = valueAfter(step, &final, bootstraps) }
            result = Double(rewards[step]) + discount * result
            returns[step] = Float(result)
        }
    }

    /// Fills `advantages` with the returns less the values.
    func subtractValues() {
        for step in 0..<count { advantages[step] = returns[step] - values[step] }
    }

    /// Fills `advantages` by generalised advantage estimation, and `returns` with advantage plus value.
    ///
    /// **Source:** Schulman et al. 2016, eq. (16).
    func computeGeneralisedAdvantages(discount: Double, lambda: Double) {
        var advantage = 0.0
        var next = 0.0
        var final = finalCount
        for step in Swift.stride(from: count - 1, through: 0, by: -1) {
            if marks[step].contains(.segmentEnd) {
                advantage = 0
                next = valueAfter(step, &final, true)
            }
            let value = Double(values[step])
            advantage = Double(rewards[step]) + discount * next - value + discount * lambda * advantage
            next = value
            advantages[step] = Float(advantage)
            returns[step] = Float(advantage + value)
        }
    }

    /// Multiplies each advantage by γ^t, t counted within its episode.
    func applyAbsoluteDiscount(_ discount: Double) {
        var weight = 1.0
        for step in 0..<count {
            if step == 0 || marks[step - 1].contains(.segmentEnd) {
                weight = power(discount, Int(times[step]))
            }
            advantages[step] *= Float(weight)
            weight *= discount
        }
    }

    /// Shifts and scales the advantages to mean 0 and standard deviation 1, if asked to; returns both from before.
    func normaliseAdvantages(_ isWanted: Bool) -> (mean: Double, deviation: Double) {
        var sum = 0.0
        for step in 0..<count { sum += Double(advantages[step]) }
        let mean = sum / Double(count)
        var squares = 0.0
        for step in 0..<count {
            let difference = Double(advantages[step]) - mean
            squares += difference * difference
        }
        let deviation = (squares / Double(count)).squareRoot()
        guard isWanted else { return (mean, deviation) }
        let scale = 1 / (deviation + 1e-8)
        for step in 0..<count { advantages[step] = Float((Double(advantages[step]) - mean) * scale) }
        return (mean, deviation)
    }

    /// The value of what came after a segment's last step; `final` counts the final observations down.
    private func valueAfter(_ step: Int, _ final: inout Int, _ bootstraps: Bool) -> Double {
        if marks[step].contains(.hasFinal) {
            final -= 1
            return bootstraps ? Double(finalValues[final]) : 0
        }
        return marks[step].contains(.terminated) || !bootstraps ? 0 : Double(values[step])
    }
}

/// `base` to a whole power, by squaring.
func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}
