import Bounded
import Testing

@testable import GradientCodec

@Suite("The gate")
struct LazyGateTests {
    /// The inequalities as they stand in the papers, with the term for the noise.
    private static func reference(
        _ rule: GateSettings.Rule, _ settings: GateSettings, _ m: GateMeasures, lastError: Double
    ) -> (value: Double, threshold: Double) {
        let noise = Double(settings.noiseFactor) * 2 * m.variance
        return switch rule {
        case .lapg: (m.distanceSquare, m.reference + noise)
        case .laq: (m.distanceSquare, m.reference + 3 * (m.packingErrorSquare + lastError) + noise)
        case .lasgWK2: (m.movedSquare ?? .nan, m.reference + noise)
        case .innovation: (m.distanceSquare, Double(settings.relativeThreshold) * m.candidateSquare + noise)
        case .none: (0, 0)
        }
    }

    private static let rules: [GateSettings.Rule] = [.lapg, .laq, .lasgWK2, .innovation]

    private static func settings(_ rule: GateSettings.Rule, rounds: UInt32 = 0) -> GateSettings {
        var settings = GateSettings()
        settings.rule = rule
        settings.skipRoundsMaximum = rounds
        return settings
    }

    @Test("decides as the inequality does, over a grid of all its terms", arguments: rules)
    func truthTable(rule: GateSettings.Rule) {
        let numbers = [0, 1e-12, 0.25, 1, 1.0000001, 7, 1e6]
        var sent = 0
        var cases = 0
        for factor in [Float(0), 0.5, 1, 2] {
            for lastError in [0, 0.125, 3] {
                for value in numbers {
                    for error in [0, 0.5] {
                        for reference in numbers {
                            for variance in [0, 0.25, 1e5] {
                                var settings = Self.settings(rule)
                                settings.noiseFactor = factor
                                settings.relativeThreshold = 0.25
                                var gate = LazyGate(settings)
                                gate.uploaded(packingErrorSquare: lastError)
                                var measures = GateMeasures(
                                    reference: reference, variance: variance, movedSquare: value)
                                measures.distanceSquare = value
                                measures.candidateSquare = reference
                                measures.packingErrorSquare = error
                                let reading = gate.decide(measures, hasMirror: true)
                                let wanted = Self.reference(rule, settings, measures, lastError: lastError)
                                #expect(reading.value == wanted.value && reading.threshold == wanted.threshold)
                                #expect(reading.sends == (wanted.value >= wanted.threshold))
                                #expect(!reading.isForced)
                                #expect(gate.counters.skips == (reading.sends ? 0 : 1))
                                sent += reading.sends ? 1 : 0
                                cases += 1
                            }
                        }
                    }
                }
            }
        }
        #expect(sent > cases / 20 && sent < cases - cases / 20, "the grid lies on one side of the inequality")
    }

    @Test("sends on equality, and when both sides are zero", arguments: rules)
    func equality(rule: GateSettings.Rule) {
        var settings = Self.settings(rule)
        settings.relativeThreshold = 1
        var gate = LazyGate(settings)
        for value in [0, 2.5, 1e-300] {
            var measures = GateMeasures(reference: value, variance: 0, movedSquare: value)
            measures.distanceSquare = value
            measures.candidateSquare = value
            #expect(gate.decide(measures, hasMirror: true).sends)
            measures.reference = value.nextUp
            measures.candidateSquare = value.nextUp
            #expect(!gate.decide(measures, hasMirror: true).sends)
        }
    }

    @Test("sends what it cannot judge: no number on either side, no mirror, no gradient to compare with")
    func unjudgeable() {
        for rule in Self.rules {
            var gate = LazyGate(Self.settings(rule))
            var measures = GateMeasures(reference: 1, variance: 0, movedSquare: .nan)
            measures.distanceSquare = .nan
            measures.candidateSquare = 10
            #expect(gate.decide(measures, hasMirror: true).sends)
            measures = GateMeasures(reference: .nan, variance: .nan, movedSquare: 0)
            measures.candidateSquare = .nan
            #expect(gate.decide(measures, hasMirror: true).sends)
            #expect(gate.counters.forced == 0)
            measures = GateMeasures(reference: 5, variance: 0, movedSquare: 0)
            let reading = gate.decide(measures, hasMirror: false)
            #expect(reading.sends && reading.isForced)
            #expect(gate.counters.forced == 1 && gate.counters.skips == 0)
        }
        var gate = LazyGate(Self.settings(.lasgWK2))
        let reading = gate.decide(GateMeasures(reference: 5, variance: 0), hasMirror: true)
        #expect(reading.sends && reading.isForced)
    }

    @Test("a limit on skips in a row forces an upload, and an upload alone begins the count anew")
    func forced() {
        for rounds: UInt32 in [1, 2, 5] {
            var gate = LazyGate(Self.settings(.lapg, rounds: rounds))
            let shut = GateMeasures(reference: 1, variance: 0)
            for _ in 0..<3 {
                for _ in 0..<rounds {
                    #expect(!gate.decide(shut, hasMirror: true).sends)
                    gate.skipped()
                }
                #expect(gate.decide(shut, hasMirror: true).isForced)
                // It was lost: the next one is forced as well.
                #expect(gate.decide(shut, hasMirror: true).isForced)
                gate.uploaded()
            }
            #expect(gate.counters.skips == UInt64(3 * rounds))
            #expect(gate.counters.forced == 6)
        }
        var gate = LazyGate(Self.settings(.lapg, rounds: 0))
        for _ in 0..<1_000 {
            #expect(!gate.decide(GateMeasures(reference: 1, variance: 0), hasMirror: true).sends)
            gate.skipped()
        }
    }

    @Test("in the shadow it counts what LAPG would have kept back, and sends everything")
    func shadow() {
        var settings = GateSettings()
        settings.skipRoundsMaximum = 2
        var gate = LazyGate(settings, isShadow: true)
        for round in 0..<9 {
            let reading = gate.decide(GateMeasures(reference: 0, variance: 1), hasMirror: true)
            #expect(reading.sends && !reading.isForced)
            #expect(reading.threshold == 2)
            gate.uploaded()
            #expect(gate.counters.wouldHaveSkipped == UInt64(round + 1 - (round + 1) / 3))
        }
        #expect(gate.counters.skips == 0 && gate.counters.forced == 0 && gate.counters.offered == 9)
        #expect(!LazyGate(GateSettings()).isLooking)
        #expect(!LazyGate(Self.settings(.laq), isShadow: true).isShadow)
    }
}
