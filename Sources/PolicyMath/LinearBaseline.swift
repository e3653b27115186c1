import Bounded

/// A value function that is linear in features of the observation and of the time, fitted by ridge regression.
///
/// **Memory:** the normal equations as a packed triangle of doubles.
/// **Source:** the features of Duan et al. 2016 (rllab): s, s², t/100, (t/100)², (t/100)³, 1.
struct LinearBaseline: BitwiseCopyable {
    private let observationCount: Int
    let featureCount: Int
    /// Packed lower triangle of Σ x xᵀ, then of its factor.
    private let triangle: UnsafeMutablePointer<Double>
    /// Σ x y.
    private let moments: UnsafeMutablePointer<Double>
    let weights: UnsafeMutablePointer<Double>
    private let features: UnsafeMutablePointer<Double>
    /// Streaming: the discounted sum of the features of the segment so far.
    private let trace: UnsafeMutablePointer<Double>
    private var samples = 0
    private var factoredRows = 0
    private var isSingular = false

    /// A baseline over the time alone, if `observationCount` is 0.
    init(observationCount: Int, arena: inout Arena) throws(Arena.Refusal) {
        self.observationCount = observationCount
        featureCount = 2 * observationCount + 4
        let triangleCount = featureCount * (featureCount + 1) / 2
        guard
            let memory = try arena.reserve(
                Double.self, count: triangleCount + 4 * featureCount, holder: "linear baseline"
            ).baseAddress
        else { preconditionFailure("a reservation has memory") }
        triangle = memory
        moments = memory + triangleCount
        weights = moments + featureCount
        features = weights + featureCount
        trace = features + featureCount
    }

    /// The samples whose products are added in one slice of work.
    var sliceSteps: Int { max(1, 1_000_000 / (featureCount * featureCount)) }

    mutating func clear() {
        triangle.update(repeating: 0, count: featureCount * (featureCount + 1) / 2)
        moments.update(repeating: 0, count: featureCount)
        samples = 0
        factoredRows = 0
        isSingular = false
    }

    func clearMoments() { moments.update(repeating: 0, count: featureCount) }
    func clearTrace() { trace.update(repeating: 0, count: featureCount) }
    /// Before anything was fitted the baseline is 0 everywhere.
    func clearWeights() { weights.update(repeating: 0, count: featureCount) }

    func value(_ observation: UnsafePointer<Float>, time: Int) -> Double {
        var sum = 0.0
        fillFeatures(observation, time)
        for index in 0..<featureCount { sum += weights[index] * features[index] }
        return sum
    }

    /// Adds one sample to the matrix.
    mutating func addProducts(_ observation: UnsafePointer<Float>, time: Int) {
        fillFeatures(observation, time)
        var row = triangle
        for i in 0..<featureCount {
            let factor = features[i]
            for j in 0...i { row[j] += factor * features[j] }
            row += i + 1
        }
        samples += 1
    }

    /// Adds one sample to the right side.
    func addTarget(_ observation: UnsafePointer<Float>, time: Int, target: Double) {
        fillFeatures(observation, time)
        for index in 0..<featureCount { moments[index] += target * features[index] }
    }

    /// Streaming: takes the features of `addProducts`' sample into the discounted sum.
    func extendTrace(discount: Double) {
        for index in 0..<featureCount { trace[index] = discount * trace[index] + features[index] }
    }

    /// Streaming: a reward is part of the return of every step of its segment so far, discounted.
    func addRewardAlongTrace(_ reward: Double) {
        for index in 0..<featureCount { moments[index] += reward * trace[index] }
    }

    /// Factors some rows of the matrix plus `ridge` a sample; true when all are done.
    ///
    /// **Complexity:** about a million operations a call, or one row.
    mutating func factor(ridge: Double) -> Bool {
        var budget = 1_000_000
        while factoredRows < featureCount, budget > 0 {
            let i = factoredRows
            let row = triangle + i * (i + 1) / 2
            row[i] += ridge * Double(samples)
            var other = triangle
            for j in 0...i {
                var sum = row[j]
                for k in 0..<j { sum -= row[k] * other[k] }
                if j < i {
                    row[j] = sum / other[j]
                } else if sum > 0, sum.isFinite {
                    row[i] = sum.squareRoot()
                } else {
                    isSingular = true
                    row[i] = 1
                }
                other += j + 1
            }
            budget -= i * i
            factoredRows += 1
        }
        return factoredRows == featureCount
    }

    /// Solves for the weights; a matrix that is not positive (non-finite observations) gives the zero baseline.
    func solve() {
        guard !isSingular else { return clearWeights() }
        var row = triangle
        for i in 0..<featureCount {
            var sum = moments[i]
            for k in 0..<i { sum -= row[k] * weights[k] }
            weights[i] = sum / row[i]
            row += i + 1
        }
        for i in Swift.stride(from: featureCount - 1, through: 0, by: -1) {
            row -= i + 1
            weights[i] /= row[i]
            for k in 0..<i { weights[k] -= row[k] * weights[i] }
        }
        for index in 0..<featureCount where !weights[index].isFinite { return clearWeights() }
    }

    private func fillFeatures(_ observation: UnsafePointer<Float>, _ time: Int) {
        for index in 0..<observationCount {
            let value = Double(observation[index])
            features[index] = value
            features[observationCount + index] = value * value
        }
        let t = Double(time) / 100
        let tail = features + 2 * observationCount
        tail[0] = t
        tail[1] = t * t
        tail[2] = t * t * t
        tail[3] = 1
    }
}
