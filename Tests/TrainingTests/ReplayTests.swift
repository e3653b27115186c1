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
