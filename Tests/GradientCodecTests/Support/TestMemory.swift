import Bounded
import Foundation
@testable import GradientCodec

/// Memory for one test's vectors and codecs, given back at its end.
struct TestMemory: ~Copyable {
    var arena: Arena

    init(megabytes: Int = 64) throws { arena = try Arena(limitBytes: megabytes << 20) }

    /// A vector of these numbers.
    mutating func vector(_ numbers: [Float]) throws -> Vector {
        let vector = try arena.vector(numbers.count, holder: "test")
        for (index, number) in numbers.enumerated() { vector[index] = number }
        return vector
    }

    /// `count` zeros.
    mutating func vector(_ count: Int) throws -> Vector { try arena.vector(count, holder: "test") }

    /// `count` zero bytes.
    mutating func bytes(_ count: Int) throws -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(try arena.reserve(UInt8.self, count: count, holder: "test"))
    }
}

extension Vector {
    /// The elements.
    var numbers: [Float] { Array(buffer) }
    /// The elements' bits, which tell zeros apart.
    var bits: [UInt32] { buffer.map(\.bitPattern) }
}

extension RandomGenerator {
    /// `count` draws with the tails of a gradient: normal, times the exponential of another normal.
    mutating func heavyTailed(_ count: Int, spread: Double = 1) -> [Float] {
        (0..<count).map { _ in Float(normal() * exponential(normal() * spread)) }
    }

    private func exponential(_ power: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for index in 1..<60 {
            term *= power / Double(index)
            sum += term
        }
        return sum
    }
}

/// A seed of its own for each run, printed so that a failure can be repeated.
func printedSeed(_ name: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["LAPWING_TEST_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("\(name): LAPWING_TEST_SEED=\(seed)")
    return seed
}
