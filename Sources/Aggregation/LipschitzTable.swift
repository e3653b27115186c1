import Bounded

/// What Kardam remembers of each agent: its last gradient, where that was sampled, and how fast its gradients change.
///
/// **Limit:** with more agents than there is room for, the one that was silent longest is forgotten.
struct LipschitzTable: ~Copyable {
    /// One agent. A coefficient is known when `coefficientCount` is above 0.
    struct Row: BitwiseCopyable {
        var agent = -1
        var version = PolicyVersion.initial
        var hasGradient = false
        var hasPoint = false
        var coefficientCount = 0
        var nextCoefficient = 0
        var isRefused = false
        var lastUse: UInt64 = 0
    }

    let rows: UnsafeMutableBufferPointer<Row>
    private let gradients: UnsafeMutableBufferPointer<Float>
    private let points: UnsafeMutableBufferPointer<Float>
    let coefficients: UnsafeMutableBufferPointer<Double>
    private let sorted: UnsafeMutableBufferPointer<Double>
    private let parameterCount: Int
    var clock: UInt64 = 0

    init(capacity: Int, parameterCount: Int, arena: inout Arena) throws(Arena.Refusal) {
        let (elements, overflow) = parameterCount.multipliedReportingOverflow(by: capacity)
        let count = overflow ? Int.max : elements
        let rows = try arena.reserve(Row.self, count: capacity, holder: "agents' gradients")
        let gradients = try arena.reserve(Float.self, count: count, holder: "agents' gradients")
        let points = try arena.reserve(Float.self, count: count, holder: "agents' sampling points")
        let coefficients = try arena.reserve(
            Double.self, count: capacity * LipschitzFilter.memory, holder: "Lipschitz coefficients")
        let sorted = try arena.reserve(Double.self, count: capacity, holder: "Lipschitz coefficients")
        self.rows = rows
        self.gradients = gradients
        self.points = points
        self.coefficients = coefficients
        self.sorted = sorted
        self.parameterCount = parameterCount
        removeAll()
    }

    mutating func removeAll() {
        rows.update(repeating: Row())
        clock = 0
    }

    /// The place of `agent`, which is made if need be.
    mutating func place(of agent: Int) -> Int {
        clock += 1
        var oldest = 0
        for place in 0..<rows.count {
            if rows[place].agent == agent {
                rows[place].lastUse = clock
                return place
            }
            if rows[place].lastUse < rows[oldest].lastUse { oldest = place }
        }
        rows[oldest] = Row()
        rows[oldest].agent = agent
        rows[oldest].lastUse = clock
        return oldest
    }

    /// Remembers a gradient, and how much it differs from the one before for the way between their points.
    ///
    /// A second gradient of the same point says nothing, and is not remembered.
    mutating func note(_ gradient: Vector, at point: Vector?, version: PolicyVersion, place: Int) {
        if rows[place].hasGradient, rows[place].version == version { return }
        let previousGradient = vector(gradients, place)
        let previousPoint = vector(points, place)
        if rows[place].hasGradient, rows[place].hasPoint, let point {
            let way = FloatKernels.distance(point, previousPoint)
            let coefficient = FloatKernels.distance(gradient, previousGradient) / way
            if way > 0, coefficient.isFinite { add(coefficient, at: place) }
        }
        previousGradient.copy(from: gradient)
        if let point { previousPoint.copy(from: point) }
        rows[place].hasGradient = true
        rows[place].hasPoint = point != nil
        rows[place].version = version
    }

    private mutating func add(_ coefficient: Double, at place: Int) {
        let next = rows[place].nextCoefficient
        coefficients[place * LipschitzFilter.memory + next] = coefficient
        rows[place].nextCoefficient = next + 1 == LipschitzFilter.memory ? 0 : next + 1
        rows[place].coefficientCount = min(rows[place].coefficientCount + 1, LipschitzFilter.memory)
    }

    /// The (n − f)/n quantile of the largest coefficient of each of the n agents that have one; nil while n ≤ 2f.
    func quantile(adversaries: Int) -> Double? {
        var known = 0
        for place in 0..<rows.count where rows[place].coefficientCount > 0 {
            var largest = 0.0
            for index in 0..<rows[place].coefficientCount {
                largest = max(largest, coefficients[place * LipschitzFilter.memory + index])
            }
            var hole = known
            while hole > 0, sorted[hole - 1] > largest {
                sorted[hole] = sorted[hole - 1]
                hole -= 1
            }
            sorted[hole] = largest
            known += 1
        }
        return known > 2 * adversaries ? sorted[known - adversaries - 1] : nil
    }

    /// Whether so many of those who `mayPass` have been refused that there are honest ones among them, and so few are
    /// left that those may all be adversaries, who keep silent.
    func isStuck(adversaries: Int, mayPass: (Int) -> Bool) -> Bool {
        var refused = 0
        var left = 0
        for row in rows where row.agent >= 0 && mayPass(row.agent) {
            if row.isRefused { refused += 1 } else if row.coefficientCount > 0 { left += 1 }
        }
        return refused > adversaries && left <= adversaries
    }

    func isRefused(at place: Int) -> Bool { rows[place].isRefused }

    mutating func noteRefusal(at place: Int) { rows[place].isRefused = true }

    mutating func forgetRefusals() {
        for place in 0..<rows.count { rows[place].isRefused = false }
    }

    private func vector(_ table: UnsafeMutableBufferPointer<Float>, _ place: Int) -> Vector {
        guard let base = table.baseAddress else { preconditionFailure("a table without rows") }
        return Vector(base: base + place * parameterCount, count: parameterCount)
    }
}

/// Loops over vectors in single precision, with sums in double precision, in order.
enum FloatKernels {
    /// ‖a − b‖.
    static func distance(_ a: Vector, _ b: Vector) -> Double {
        var sum = 0.0
        for index in 0..<a.count {
            let difference = Double(a.base[index]) - Double(b.base[index])
            sum += difference * difference
        }
        return sum.squareRoot()
    }
}
