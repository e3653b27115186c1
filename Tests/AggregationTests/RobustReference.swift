import Aggregation

#if canImport(Glibc)
    import Glibc
#endif

/// The robust rules as their papers write them, in plain arrays of doubles; written apart from the product's.
enum RobustReference {
    typealias Point = [Double]

    static func combine(_ x: [Point], _ settings: RobustSettings, centre: Point) -> Point? {
        let (n, f) = (x.count, settings.adversariesMaximum)
        switch settings.combination {
        case .mean: return mean(x)
        case .median: return byCoordinate(x, median)
        case .trimmedMean:
            return byCoordinate(x) { values in
                let kept = values.sorted().dropFirst(f).dropLast(f)
                return kept.reduce(0, +) / Double(kept.count)
            }
        case .meanAroundMedian:
            return byCoordinate(x) { values in
                let middle = median(values)
                let byDistance = values.sorted { left, right in
                    (abs(left - middle), left) < (abs(right - middle), right)
                }
                return byDistance.prefix(n - f).reduce(0, +) / Double(n - f)
            }
        case .krum: return x[best(x, f)[0]]
        case .multiKrum:
            let m = settings.krumSelected == 0 ? n - f : min(settings.krumSelected, n)
            return mean(best(x, f).prefix(m).map { x[$0] })
        case .geometricMedian:
            var z = byCoordinate(x, median)
            for _ in 0..<settings.weiszfeldIterations {
                let weights = x.map { 1 / max(distance($0, z), settings.weiszfeldSmoothing) }
                let total = weights.reduce(0, +)
                z = z.indices.map { j in zip(x, weights).reduce(0) { $0 + $1.0[j] * $1.1 } / total }
            }
            return z
        case .centredClipping:
            var v = centre
            for _ in 0..<settings.clippingIterations {
                let lengths = x.map { distance($0, v) }
                let tau = settings.clippingRadius > 0 ? settings.clippingRadius : median(lengths)
                var next = v
                for i in x.indices {
                    let share = lengths[i] == 0 ? 1 : min(1, tau / lengths[i])
                    for j in v.indices { next[j] += (x[i][j] - v[j]) * share / Double(n) }
                }
                v = next
            }
            return v
        case .fedpgbr:
            let logarithm = 2 * log(2 * Double(n) / settings.filterFailure)
            let wide = 2 * settings.filterDeviation
            let first = good(x, wide * (logarithm / Double(settings.filterTrajectories)).squareRoot())
            let kept = first.isEmpty || first.count < n - f ? good(x, wide) : first
            return kept.isEmpty ? nil : mean(kept)
        }
    }

    static func mean(_ x: [Point]) -> Point {
        x[0].indices.map { j in x.reduce(0) { $0 + $1[j] } / Double(x.count) }
    }

    static func distance(_ a: Point, _ b: Point) -> Double { squaredDistance(a, b).squareRoot() }

    private static func squaredDistance(_ a: Point, _ b: Point) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let n = sorted.count
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
    }

    private static func byCoordinate(_ x: [Point], _ rule: ([Double]) -> Double) -> Point {
        x[0].indices.map { j in rule(x.map { $0[j] }) }
    }

    /// Indices by Krum's score; equals in the order that they have.
    private static func best(_ x: [Point], _ f: Int) -> [Int] {
        let scores = x.indices.map { i in
            x.indices.filter { $0 != i }.map { squaredDistance(x[i], x[$0]) }.sorted()
                .prefix(x.count - f - 2).reduce(0, +)
        }
        return x.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    }

    private static func good(_ x: [Point], _ radius: Double) -> [Point] {
        let crowd = x.filter { point in 2 * x.count { distance($0, point) <= radius } > x.count }
        guard !crowd.isEmpty else { return [] }
        let centre = mean(crowd)
        // Of equals, which only rounding tells apart, the first.
        let least = crowd.map { distance($0, centre) }.min() ?? 0
        let middle = crowd.first { distance($0, centre) <= least * (1 + 1e-12) } ?? centre
        return x.filter { distance($0, middle) <= radius }
    }

    // MARK: - Preparations

    /// ARC.
    static func clipped(_ x: [Point], adversaries f: Int) -> [Point] {
        let n = Double(x.count)
        let k = Int((2 * Double(f) / n * (n - Double(f))).rounded(.down))
        let zero = x[0].map { _ in 0.0 }
        let lengths = x.map { distance($0, zero) }
        let limit = lengths.sorted(by: >)[k]
        return zip(x, lengths).map { point, length in length > limit ? point.map { $0 * limit / length } : point }
    }

    /// NNM.
    static func mixed(_ x: [Point], adversaries f: Int) -> [Point] {
        x.map { point in
            let near = x.indices.sorted { (distance(x[$0], point), $0) < (distance(x[$1], point), $1) }
            return mean(near.prefix(x.count - f).map { x[$0] })
        }
    }
}

extension RobustCombination {
    /// Every rule that there is.
    static var allCases: [RobustCombination] { (0..<64).compactMap { RobustCombination(rawValue: $0) } }
}
