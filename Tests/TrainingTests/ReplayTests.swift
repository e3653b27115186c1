import Aggregation
import Foundation
import Testing

@testable import Training

@Suite("A replay of recorded rounds")
struct ReplayTests {
    static func replay(_ settings: RoundRuleSettings, _ lines: [String]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        var printed: [String] = []
        try ReplayReferee.run(settings: .rounds(settings), arrivals: file) { printed.append($0) }
        return printed
    }

    static func median(adversaries: Int) -> RoundRuleSettings {
        var step = AFedPGSettings()
        step.stepSize = .constant(1)
        step.momentum = .constant(1)
        step.normalisesDirection = false
        var robust = RobustSettings()
        robust.combination = .median
        robust.adversariesMaximum = adversaries
        return .fedpg(step, robust: robust, learnersMaximum: 3)
    }

    @Test("a line is printed for each round, with the state after it, and one for each refusal")
    func rounds() throws {
        let printed = try Self.replay(
            Self.median(adversaries: 1),
            [
                #"{"theta":[0,0]}"#,
                #"{"agent":1,"round":7,"gradient":[1,5]}"#,
                #"{"agent":2,"round":7,"gradient":[1e9,6]}"#,
                #"{"agent":3,"round":7,"gradient":[2,-1e9]}"#,
                #"{"agent":1,"round":8,"gradient":[1e300,1]}"#,
                #"{"agent":2,"round":8,"gradient":[1,1]}"#,
            ])
        #expect(printed.count == 3)
        #expect(printed[0].hasPrefix(#"{"version":1,"agents":[1,2,3],"theta":[2"#))
        #expect(printed[0].contains(#""d":[2"#) && printed[0].contains("5"))
        #expect(printed[1] == #"{"version":1,"agent":1,"refused":"not_finite"}"#)
        #expect(printed[2].hasPrefix(#"{"version":2,"agents":[2],"theta":[3"#), "the refused one was the adversary")
    }

    static func replay(named rule: String, _ configuration: String, _ lines: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, arrivals) = (folder.appending(path: "gateway.conf"), folder.appending(path: "arrivals.jsonl"))
        try "[aggregation]\n\(configuration)\n".write(to: file, atomically: true, encoding: .utf8)
        try lines.joined(separator: "\n").write(to: arrivals, atomically: true, encoding: .utf8)
        var printed: [String] = []
        try ReplayReferee.run(rule: rule, configuration: file, arrivals: arrivals) { printed.append($0) }
        return printed
    }

    @Test("the rules of rounds can be named, over a configuration of [aggregation] alone")
    func named() throws {
        let lines = [
            #"{"theta":[0,0]}"#, #"{"agent":1,"round":1,"gradient":[3,4]}"#, #"{"agent":2,"round":1,"gradient":[3,4]}"#,
        ]
        let fedpg = try Self.replay(named: "fedpg", "step_size = 5\nmomentum = 1\nlookahead = false", lines)
        #expect(fedpg == [#"{"version":1,"agents":[1,2],"theta":[3.0,4.0],"theta_tilde":[3.0,4.0],"d":[3.0,4.0]}"#])
        let lapg = try Self.replay(named: "lapg", "step_size = 0.5", lines)
        #expect(lapg == [#"{"version":1,"agents":[1,2],"theta":[3.0,4.0],"theta_tilde":[3.0,4.0],"d":[6.0,8.0]}"#])
        let unknown = #expect(throws: TrainingError.self) { try Self.replay(named: "fedgp", "step_size = 1", lines) }
        #expect(unknown?.message.contains("fedpg, lapg, fednpg-admm") == true)
    }

    @Test("an agreement moves θ after its last round only, by what agents say of their solutions")
    func agreement() throws {
        let printed = try Self.replay(
            named: "fednpg-admm", "step_size = 2\nadmm_rounds = 2",
            [
                #"{"theta":[0,0]}"#, #"{"agent":1,"round":1,"gradient":[3,4],"curvature":9}"#,
                #"{"agent":1,"round":2,"gradient":[2,0],"curvature":3}"#,
                #"{"agent":2,"round":2,"gradient":[0,2],"curvature":5}"#,
            ])
        #expect(
            printed == [
                #"{"version":1,"agents":[1],"theta":[0.0,0.0],"theta_tilde":[0.0,0.0],"d":[3.0,4.0]}"#,
                #"{"version":2,"agents":[1,2],"theta":[1.0,1.0],"theta_tilde":[1.0,1.0],"d":[1.0,1.0]}"#,
            ])
    }

    @Test("a line without a round, and more gradients than there is room for, are errors with their line")
    func errors() {
        let start = #"{"theta":[0]}"#
        let arrival = #"{"agent":1,"round":1,"gradient":[1]}"#
        let bare = #expect(throws: TrainingError.self) {
            try Self.replay(Self.median(adversaries: 0), [start, #"{"agent":1,"base_version":0,"gradient":[1]}"#])
        }
        #expect(bare?.message.contains(":2: an arrival without \"round\"") == true)
        let full = #expect(throws: TrainingError.self) {
            try Self.replay(Self.median(adversaries: 0), [start, arrival, arrival, arrival, arrival])
        }
        #expect(full?.message.contains(":5: more gradients in a round") == true)
    }
}
