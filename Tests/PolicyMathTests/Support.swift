import Bounded
import Foundation
import Testing

@testable import PolicyMath

/// Both builds of the kernels that this processor runs.
enum Build: CaseIterable {
    case baseline, suited
    var kernels: KernelTable { self == .baseline ? baselineKernels() : suitedKernels() }
}

extension Arena {
    static func large() throws -> Arena { try Arena(limitBytes: 64 << 20) }

    mutating func vector(_ numbers: [Double]) throws -> Vector {
        let result = try vector(max(1, numbers.count), holder: "test")
        for (index, number) in numbers.enumerated() { result[index] = Float(number) }
        return result
    }
}

extension Vector {
    var doubles: [Double] { (0..<count).map { Double(self[$0]) } }
    func set(_ numbers: [Double]) { for (index, number) in numbers.enumerated() { self[index] = Float(number) } }
}

extension RandomGenerator {
    /// `count` normal numbers, rounded to single precision so that both sides start from the same.
    mutating func normals(_ count: Int, scale: Double = 1) -> [Double] {
        (0..<count).map { _ in Double(Float(normal() * scale)) }
    }
}

func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

func relativeDistance(_ x: [Double], _ y: [Double]) -> Double {
    norm(zip(x, y).map { $0 - $1 }) / max(norm(y), 1e-12)
}

func largestDistance(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// Shapes of every depth, with widths that fill whole vectors and widths that do not.
let shapes: [PolicySpecification] = [
    PolicySpecification(distribution: .gaussian, observationCount: 5, actionCount: 2, hiddenWidths: LayerWidths([])),
    PolicySpecification(
        distribution: .gaussian, observationCount: 11, actionCount: 3,
        hiddenWidths: LayerWidths([64, 64])),
    PolicySpecification(distribution: .gaussian, observationCount: 1, actionCount: 1, hiddenWidths: LayerWidths([1])),
    PolicySpecification(
        distribution: .gaussian, observationCount: 8, actionCount: 9,
        hiddenWidths: LayerWidths([7, 33, 16])),
    PolicySpecification(
        distribution: .gaussian, observationCount: 3, actionCount: 2,
        hiddenWidths: LayerWidths([5, 9, 4, 8, 3, 6, 7, 5])),
    PolicySpecification(distribution: .softmax, observationCount: 4, actionCount: 2, hiddenWidths: LayerWidths([])),
    PolicySpecification(
        distribution: .softmax, observationCount: 6, actionCount: 3,
        hiddenWidths: LayerWidths([32, 32])),
    PolicySpecification(distribution: .softmax, observationCount: 17, actionCount: 18, hiddenWidths: LayerWidths([70])),
]

/// A seed for property tests, printed by the test that draws it: `LAPWING_TEST_SEED` repeats a run.
func propertySeed(_ name: String) -> UInt64 {
    let fixed = ProcessInfo.processInfo.environment["LAPWING_TEST_SEED"].flatMap(UInt64.init)
    let seed = fixed ?? UInt64.random(in: 1...99_999)
    print("\(name): seed \(seed)")
    return seed
}

func randomAction(_ specification: PolicySpecification, _ generator: inout RandomGenerator) -> [Double] {
    specification.distribution == .gaussian
        ? generator.normals(specification.actionCount) : [Double(generator.below(specification.actionCount))]
}
