import Foundation

/// Kardam's filter in plain arrays, with every gradient and point kept; written apart from the product's.
struct KardamReference {
    struct Sample {
        var gradient: [Double]
        var point: [Double]
        var version: Int
    }

    let adversaries: Int
    let tolerance: Double
    /// The last gradient of each agent that was looked at, and its last coefficients.
    var samples: [Int: Sample] = [:]
    var coefficients: [Int: [Double]] = [:]
    /// θ̃ of every version, and how far θ moved to it.
    var points: [[Double]]
    var lastStep = 0.0
    var lastApplied: [Double]?
    var passed: [Int] = []
    var refused: Set<Int> = []

    static func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    mutating func passes(_ gradient: [Double], agent: Int, base: Int) -> Bool {
        if samples[agent]?.version != base {
            let point = points[base]
            if let old = samples[agent] {
                let way = Self.distance(point, old.point)
                if way > 0 {
                    coefficients[agent, default: []].append(Self.distance(gradient, old.gradient) / way)
                    coefficients[agent] = coefficients[agent]?.suffix(25)
                }
            }
            samples[agent] = Sample(gradient: gradient, point: point, version: base)
        }
        if passed.suffix(2 * adversaries).contains(agent) { return false }
        let largest = coefficients.values.compactMap { $0.max() }.sorted()
        let known = largest.count
        if let lastApplied, lastStep > 0, known > 2 * adversaries {
            let limit = largest[known - adversaries - 1]
            if Self.distance(gradient, lastApplied) / lastStep > tolerance * limit {
                let barred = Set(passed.suffix(2 * adversaries))
                let left = Set(coefficients.keys).subtracting(barred).subtracting(refused)
                let isOpen = refused.subtracting(barred).count > adversaries && left.count <= adversaries
                guard isOpen, refused.contains(agent) else {
                    refused.insert(agent)
                    return false
                }
            }
        }
        return true
    }

    mutating func apply(_ gradient: [Double], agent: Int, newPoint: [Double], step: Double) {
        lastApplied = gradient
        lastStep = step
        passed.append(agent)
        refused = []
        points.append(newPoint)
    }
}
