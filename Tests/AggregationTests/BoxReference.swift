import Bounded

/// AFedPG's server as its algorithm box writes it, in plain arrays; written apart from the product's.
struct BoxReference {
    var theta: [Double]
    var d: [Double]
    var thetaTilde: [Double]
    /// θ̃ of every version, which agents compute at.
    var version = 0
    let stepSize: (Int) -> Double
    let momentum: (Int) -> Double
    var normalises = true
    var looksAhead = true

    init(theta: [Double], stepSize: @escaping (Int) -> Double, momentum: @escaping (Int) -> Double) {
        self.theta = theta
        d = [Double](repeating: 0, count: theta.count)
        thetaTilde = theta
        self.stepSize = stepSize
        self.momentum = momentum
    }

    /// Line 2 for step k = version + 1, with a gradient taken at θ̃ of `base`.
    mutating func step(_ gradient: [Double], base: Int) {
        let k = version + 1
        let alpha = momentum(base)
        for j in d.indices { d[j] = (1 - alpha) * d[j] + alpha * gradient[j] }
        let norm = d.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let before = theta
        let eta = stepSize(k - 1)
        if !normalises || norm > 0 {
            for j in theta.indices { theta[j] += normalises ? eta * d[j] / norm : eta * d[j] }
        }
        for j in theta.indices {
            thetaTilde[j] = theta[j] + (looksAhead ? (1 - alpha) / alpha * (theta[j] - before[j]) : 0)
        }
        version = k
    }
}

/// How far two vectors are apart, relative to the length of the second.
func relativeError(_ found: [Double], _ wanted: [Double]) -> Double {
    var difference = 0.0
    var length = 0.0
    for j in wanted.indices {
        difference += (found[j] - wanted[j]) * (found[j] - wanted[j])
        length += wanted[j] * wanted[j]
    }
    return length == 0 ? difference.squareRoot() : (difference / length).squareRoot()
}

/// A vector over memory of its own, which lives as long as the test's process.
func leakedVector(_ values: [Float]) -> Vector {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
    memory.initialize(from: values, count: values.count)
    return Vector(base: memory, count: values.count)
}
