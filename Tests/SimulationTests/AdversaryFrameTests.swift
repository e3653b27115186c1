import Aggregation
import Simulation
import Testing

@Suite("Adversaries against a gateway")
struct AdversaryFrameTests {
    static func robust(_ combination: RobustCombination, _ adversaries: Int) -> RobustSettings {
        var settings = RobustSettings()
        settings.combination = combination
        settings.adversariesMaximum = adversaries
        // The hill's noise is 0.3 in each of four coordinates.
        settings.filterDeviation = 1
        settings.filterTrajectories = 4
        return settings
    }

    static let finite = AdversaryKind.allCases.filter { $0 != .notANumber && $0 != .infinity }
    static let rules = RobustCombination.allCases.filter { $0 != .mean }

    /// It starts 3.8 away, and steps of 0.1 under noise leave it within about 0.5.
    @Test("three of ten do not keep a robust federation from the top of the hill", arguments: finite, rules)
    func withstands(kind: AdversaryKind, rule: RobustCombination) throws {
        let federation = try AttackedFederation(
            honest: 7, adversaries: [kind, kind, kind], robust: Self.robust(rule, 3), seed: 19)
        for _ in 0..<120 { try federation.runRound() }
        #expect(federation.distance < 1, "seed 19: \(federation.distance) from the top")
        #expect(federation.refusals.isEmpty)
    }

    @Test("the same sign flips and noise keep the mean from it")
    func meanSuffers() throws {
        let start = AttackedFederation.distance([0, 0, 0, 0])
        let flipped = try AttackedFederation(
            honest: 7, adversaries: [.signFlip, .signFlip, .signFlip], robust: RobustSettings(), seed: 19)
        for _ in 0..<120 { try flipped.runRound() }
        #expect(flipped.distance > start, "it walks away: \(flipped.distance)")
    }

    @Test(
        "a NaN or an infinity is refused each time, its sender named, and the others go on",
        arguments: [AdversaryKind.notANumber, .infinity], RobustCombination.allCases)
    func notFinite(kind: AdversaryKind, rule: RobustCombination) throws {
        let federation = try AttackedFederation(
            honest: 7, adversaries: [kind, kind], robust: Self.robust(rule, rule == .mean ? 0 : 2), seed: 23)
        for _ in 0..<120 { try federation.runRound() }
        #expect(federation.refusals == [7: [.notFinite: 120], 8: [.notFinite: 120]])
        #expect(federation.distance < 0.6, "seed 23: \(federation.distance) from the top")
    }
}
