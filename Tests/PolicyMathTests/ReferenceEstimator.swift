import Foundation
import PolicyMath

/// One environment step, as both sides are told of it.
struct RecordedStep {
    var observation: [Double]
    var action: [Double]
    var reward: Double
    var terminated: Bool
    var ended: Bool
    var final: [Double]
}

/// The estimators in double precision, each sum written out from its definition, quadratic in the steps.
struct ReferenceEstimator {
    let settings: EstimatorSettings
    /// The value of an observation at a time of its episode, when it is given and not fitted.
    var fixedValue: (([Double], Int) -> Double)?

    /// A run of steps of one episode within the batch.
    struct Segment {
        var steps: [Int]
        var times: [Int]
        var terminated: Bool
        var final: [Double]
    }

    static func segments(_ batch: [RecordedStep], firstTime: Int) -> [Segment] {
        var result = [Segment](), steps = [Int](), times = [Int](), time = firstTime
        for (index, step) in batch.enumerated() {
            steps.append(index)
            times.append(time)
            time += 1
            if step.terminated || step.ended || index == batch.count - 1 {
                result.append(Segment(steps: steps, times: times, terminated: step.terminated, final: step.final))
                (steps, times, time) = ([], [], 0)
            }
        }
        return result
    }

    func features(_ observation: [Double], _ time: Int) -> [Double] {
        let t = Double(time) / 100
        let s = settings.baseline == .linear ? observation + observation.map { $0 * $0 } : []
        return s + [t, t * t, t * t * t, 1]
    }

    /// The ridge regression of `targets` on the features.
    func fit(_ rows: [[Double]], _ targets: [Double]) -> [Double] {
        let n = rows[0].count
        var matrix = (0..<n).map { i in (0..<n).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } } }
        var right = (0..<n).map { i in zip(rows, targets).reduce(0) { $0 + $1.0[i] * $1.1 } }
        for i in 0..<n { matrix[i][i] += settings.ridge * Double(rows.count) }
        return solveLinear(&matrix, &right)
    }

    /// Σ_{h≥t} γ^{h-t} r_h within each segment, plus the value after a cut if there is one.
    func returns(_ batch: [RecordedStep], _ segments: [Segment], after: ((Segment) -> Double)?) -> [Double] {
        var result = [Double](repeating: 0, count: batch.count)
        for segment in segments {
            for (i, step) in segment.steps.enumerated() {
                for (j, later) in segment.steps.enumerated() where j >= i {
                    result[step] += pow(settings.discount, Double(j - i)) * batch[later].reward
                }
                if !segment.terminated, let after {
                    result[step] += pow(settings.discount, Double(segment.steps.count - i)) * after(segment)
                }
            }
        }
        return result
    }

    func advantages(_ batch: [RecordedStep], firstTime: Int) -> [Double] {
        let segments = Self.segments(batch, firstTime: firstTime)
        var times = [Int](repeating: 0, count: batch.count)
        for segment in segments { for (i, step) in segment.steps.enumerated() { times[step] = segment.times[i] } }
        var value: ([Double], Int) -> Double = fixedValue ?? { _, _ in 0 }
        if fixedValue == nil, settings.baseline == .linear || settings.baseline == .time {
            let rows = batch.indices.map { features(batch[$0].observation, times[$0]) }
            let first = fit(rows, returns(batch, segments, after: nil))
            let bootstrapped = returns(batch, segments) { dot(first, features($0.final, $0.times.last! + 1)) }
            let weights = segments.allSatisfy(\.terminated) ? first : fit(rows, bootstrapped)
            value = { dot(weights, features($0, $1)) }
        }
        let values = batch.indices.map { value(batch[$0].observation, times[$0]) }
        var result = [Double](repeating: 0, count: batch.count)
        if settings.estimator == .rewardToGo {
            let all = returns(batch, segments) { value($0.final, $0.times.last! + 1) }
            for step in batch.indices { result[step] = all[step] - values[step] }
        } else {
            for segment in segments {
                let delta = segment.steps.enumerated().map { i, step -> Double in
                    let isLast = i == segment.steps.count - 1
                    let next = isLast
                        ? (segment.terminated ? 0 : value(segment.final, segment.times[i] + 1)) : values[step + 1]
                    return batch[step].reward + settings.discount * next - values[step]
                }
                for i in delta.indices {
                    for j in i..<delta.count {
                        result[segment.steps[i]] += pow(settings.discount * settings.lambda, Double(j - i)) * delta[j]
                    }
                }
            }
        }
        if settings.absoluteDiscount {
            for step in batch.indices { result[step] *= pow(settings.discount, Double(times[step])) }
        }
        guard settings.normalisesAdvantages else { return result }
        let mean = result.reduce(0, +) / Double(result.count)
        let deviation = (result.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(result.count)).squareRoot()
        return result.map { ($0 - mean) / deviation }
    }

    func gradient(_ policy: ReferencePolicy, _ batch: [RecordedStep], firstTime: Int = 0) -> [Double] {
        let advantages = advantages(batch, firstTime: firstTime)
        var gradient = [Double](repeating: 0, count: policy.parameters.count)
        for (step, advantage) in zip(batch, advantages) {
            let score = policy.score(step.observation, step.action)
            let entropy = policy.entropyGradient(step.observation)
            for i in gradient.indices {
                gradient[i] += advantage * score[i] + Double(settings.entropyCoefficient) * entropy[i]
            }
        }
        return gradient.map { $0 / Double(batch.count) }
    }
}

func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

/// Gaussian elimination with partial pivoting.
func solveLinear(_ matrix: inout [[Double]], _ right: inout [Double]) -> [Double] {
    let n = right.count
    for column in 0..<n {
        let pivot = (column..<n).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) }!
        matrix.swapAt(column, pivot)
        right.swapAt(column, pivot)
        for row in (column + 1)..<max(n, column + 1) {
            let factor = matrix[row][column] / matrix[column][column]
            for k in column..<n { matrix[row][k] -= factor * matrix[column][k] }
            right[row] -= factor * right[column]
        }
    }
    var solution = [Double](repeating: 0, count: n)
    for row in stride(from: n - 1, through: 0, by: -1) {
        var sum = right[row]
        for k in (row + 1)..<max(n, row + 1) { sum -= matrix[row][k] * solution[k] }
        solution[row] = sum / matrix[row][row]
    }
    return solution
}
