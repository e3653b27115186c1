import Aggregation
import Foundation
import Testing

@Suite("A staleness weight")
struct StalenessWeightTests {
    static func weight(_ kind: StalenessWeight.Kind, _ change: (inout StalenessWeight) -> Void = { _ in })
        -> StalenessWeight
    {
        var weight = StalenessWeight()
        weight.kind = kind
        change(&weight)
        return weight
    }

    @Test("has the values of the papers' formulas", arguments: [0, 1, 3, 4, 5, 9, 1000] as [UInt64])
    func formulas(delay: UInt64) {
        let late = Double(delay)
        #expect(Self.weight(.constant).value(at: delay) == 1)
        #expect(abs(StalenessWeight().value(at: delay) - 1 / (1 + late).squareRoot()) < 1e-15)
        #expect(
            abs(Self.weight(.polynomial) { $0.exponent = 2 }.value(at: delay) - 1 / ((1 + late) * (1 + late))) < 1e-15)
        let hinge = delay <= 4 ? 1 : 1 / (10 * (late - 4) + 1)
        #expect(abs(Self.weight(.hinge).value(at: delay) - hinge) < 1e-15)
        let threshold = Self.weight(.threshold) {
            $0.cutoff = 3
            $0.floor = 0.25
        }
        #expect(threshold.value(at: delay) == (delay <= 3 ? 1 : 0.25))
        let exponential = Self.weight(.exponential) { $0.exponent = 0.2 }
        #expect(abs(exponential.value(at: delay) - Foundation.exp(-0.2 * late)) < 1e-15)
    }

    @Test(
        "is 1 without delay and never grows with it",
        arguments: [StalenessWeight.Kind.constant, .polynomial, .hinge, .threshold, .exponential])
    func falls(kind: StalenessWeight.Kind) {
        let weight = Self.weight(kind)
        #expect(weight.value(at: 0) == 1)
        for delay in 0..<200 as Range<UInt64> {
            #expect(weight.value(at: delay + 1) <= weight.value(at: delay))
        }
    }

    @Test("lets a typical delay count as 1, and a shorter one as more")
    func typical() {
        let weight = Self.weight(.polynomial) { $0.typical = 3 }
        #expect(weight.value(at: 3) == 1)
        #expect(abs(weight.value(at: 0) - 2) < 1e-15)
        #expect(abs(weight.value(at: 15) - 0.5) < 1e-15)
    }

    @Test("is refused when it would divide by a weight of 0, or has a number out of range")
    func unusable() {
        #expect(!Self.weight(.exponential) { $0.typical = 1_000_000 }.isUsable)
        #expect(!Self.weight(.polynomial) { $0.exponent = -1 }.isUsable)
        #expect(!Self.weight(.hinge) { $0.slope = .nan }.isUsable)
        #expect(Self.weight(.threshold) { $0.floor = 0 }.isUsable)
    }
}
