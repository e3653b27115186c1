import Aggregation
import Bounded
import Testing

@Suite("GradientNormGuard")
struct GradientNormGuardTests {
    private static func verdict(
        _ norms: borrowing GradientNormGuard, _ squaredNorm: Double
    ) -> GradientNormGuard.Verdict {
        norms.judge(squaredNorm: squaredNorm)
    }

    @Test("judges norms by the table")
    func table() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var settings = GradientNormSettings()
        do {
            let open = try GradientNormGuard(settings: settings, arena: &arena)
            #expect(Self.verdict(open, 0) == .accepted(scale: 1))
            #expect(Self.verdict(open, 1e28) == .accepted(scale: 1))
            #expect(Self.verdict(open, 1e32) == .tooLong)
            #expect(Self.verdict(open, .infinity) == .notFinite)
            #expect(Self.verdict(open, .nan) == .notFinite)
        }
        settings.limit = 3
        do {
            let limited = try GradientNormGuard(settings: settings, arena: &arena)
            #expect(Self.verdict(limited, 9) == .accepted(scale: 1))
            #expect(Self.verdict(limited, 9.000001) == .tooLong)
        }
        settings.clip = .fixed
        settings.clipNorm = 2
        do {
            let clipping = try GradientNormGuard(settings: settings, arena: &arena)
            #expect(Self.verdict(clipping, 4) == .accepted(scale: 1))
            #expect(Self.verdict(clipping, 6.25) == .accepted(scale: 0.8))
            #expect(Self.verdict(clipping, 16) == .tooLong)
        }
    }

    @Test("follows the quantile of the newest norms, whatever their order")
    func quantile() throws {
        let seed: UInt64 = 5
        var settings = GradientNormSettings()
        settings.clip = .quantile
        settings.clipQuantile = 0.75
        settings.clipMultiple = 2
        settings.clipWindow = 16
        var arena = try Arena(limitBytes: 1 << 16)
        var norms = try GradientNormGuard(settings: settings, arena: &arena)
        var generator = RandomGenerator(seed: seed)
        var all: [Double] = []
        for round in 0..<500 {
            // Few different values, so that equal ones meet.
            let norm = Double(generator.below(12))
            norms.remember(norm: norm)
            all.append(norm)
            let window = all.suffix(16).sorted()
            let rank = Int((0.75 * Double(window.count)).rounded(.up))
            let quantile = window[rank - 1]
            let wanted: Double? = round + 1 < 8 || quantile == 0 ? nil : 2 * quantile
            #expect(norms.clipThreshold == wanted, "round \(round), seed \(seed)")
        }
    }

    @Test("shortens nothing until it has seen eight norms")
    func warmUp() throws {
        var settings = GradientNormSettings()
        settings.clip = .quantile
        var arena = try Arena(limitBytes: 1 << 16)
        var norms = try GradientNormGuard(settings: settings, arena: &arena)
        for _ in 0..<7 { norms.remember(norm: 1) }
        #expect(Self.verdict(norms, 1e6) == .accepted(scale: 1))
        norms.remember(norm: 1)
        #expect(Self.verdict(norms, 1e6) == .accepted(scale: 0.004))
    }

    @Test("a window that cannot have been written is refused")
    func badState() throws {
        var settings = GradientNormSettings()
        settings.clip = .quantile
        settings.clipWindow = 8
        var arena = try Arena(limitBytes: 1 << 16)
        var norms = try GradientNormGuard(settings: settings, arena: &arena)
        func restores(_ state: [Double]) -> Bool { state.withUnsafeBufferPointer { norms.restore(state: $0) } }
        #expect(!restores([]))
        #expect(!restores([9, 0] + [Double](repeating: 1, count: 8)))
        #expect(!restores([3, 2] + [Double](repeating: 1, count: 8)))
        #expect(!restores([2, 2, 1, .nan] + [Double](repeating: 0, count: 6)))
        #expect(!restores([0.5, 0.5] + [Double](repeating: 0, count: 8)))
        #expect(restores([2, 2, 1, 3] + [Double](repeating: 0, count: 6)))
    }
}
