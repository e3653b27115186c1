import Bounded
import Environments
import Foundation
import Testing

/// Cooperative navigation against the plain reference in scripts/reference-navigation, and its options.
@Suite struct CooperativeNavigationTests {
    private static let task = "cooperative-navigation"

    /// A line of scripts/reference-navigation.
    struct Line: Decodable {
        let state: [Double]?
        let initial: [Double]?
        let action: [Double]
        let observation: [Double]
        let rewards: [Double]
    }

    @Test("it steps and pays as the plain reference does, for every learner and for all", arguments: [2, 4, 5, 8])
    func agreesWithReference(_ learners: Int) throws {
        let seed = Int.random(in: 1..<1_000_000)
        let script = Locations.package.appending(path: "scripts/reference-navigation").path
        let output = try Command.run(
            "/usr/bin/env", ["python3", script, String(learners), "--seed", String(seed)])
        let lines = try output.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Line.self, from: Data($0))
        }
        #expect(lines.count == 240)
        let scales = (1...learners).map { 3 / Double($0) }
        let list = scales.map { "\($0)" }.joined(separator: ",")
        var environments = try (1...learners).map {
            try OpenedEnvironment(Self.task, options: "learners=\(learners) learner=\($0) scales=\(list)")
        }
        environments.append(try OpenedEnvironment(Self.task, options: "learners=\(learners) scales=\(list)"))
        var collisions = 0
        for (index, environment) in environments.enumerated() {
            for line in lines {
                if let state = line.state, let initial = line.initial {
                    #expect(try closeEnough(environment.setState(state), initial), "seed \(seed)")
                }
                let reward = try environment.step(line.action).reward
                #expect(closeEnough(environment.observation, line.observation), "seed \(seed)")
                let expected =
                    index < learners
                    ? scales[index] * line.rewards[index]
                    : zip(scales, line.rewards).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(reward - expected) < 1e-9 * max(1, abs(expected)), "seed \(seed)")
                collisions += index < learners && line.rewards[index] < -1 ? 1 : 0
            }
        }
        #expect(collisions > 0, "seed \(seed): nobody ever met")
    }

    @Test("a transition worked out by hand")
    func byHand() throws {
        let all = try OpenedEnvironment(Self.task, options: "learners=2")
        // Agent 1 rests at (0, 0) and its landmark lies at (0.35, 0); agent 2 at (0.2, 0), landmark (0.2, 1).
        #expect(
            try all.setState([0, 0, 0.2, 0, 0, 0, 0.4, 0, 0.35, 0, 0.2, 1])
                == [0, 0, 0.2, 0, 0, 0, 0.4, 0, 0.35, 0, 0, 1])
        // Speeds become 0.5 and 0.75 · 0.4 = 0.3, places 0.05 and 0.23: 0.18 apart, so both pay 1.
        let reward = try all.step([7, 0, 0, 0]).reward
        #expect(abs(reward - (-0.3 - 1 - (1 + 0.03 * 0.03).squareRoot() - 1)) < 1e-12)
        #expect(closeEnough(all.observation, [0.05, 0, 0.23, 0, 0.5, 0, 0.3, 0, 0.3, 0, -0.03, 1]))
    }

    @Test("each learner's starts lie around a centre of its own; those of all are drawn from every learner's")
    func starts() throws {
        func middles(_ options: String) throws -> [Double] {
            let environment = try OpenedEnvironment(Self.task, options: "learners=4 shift=0.5 " + options)
            var sums = [0.0, 0.0]
            for seed in 0..<500 as Range<UInt64> {
                let first = try environment.reset(seed: seed)
                for index in 0..<8 { sums[index % 2] += first[index] / 2000 }
                #expect(first[8..<16].allSatisfy { $0 == 0 }, "agents start at rest")
                #expect(first[0..<8].allSatisfy { abs($0) <= 1.5 })
                for index in 0..<8 {
                    #expect(abs(first[16 + index] + first[index]) <= 1, "landmarks lie in the square")
                }
            }
            return sums
        }
        let centres = [[0.5, 0], [0, 0.5], [-0.5, 0], [0, -0.5]]
        for (index, centre) in centres.enumerated() {
            let found = try middles("learner=\(index + 1)")
            #expect(abs(found[0] - centre[0]) < 0.06 && abs(found[1] - centre[1]) < 0.06, "learner \(index + 1)")
        }
        let found = try middles("learner=all")
        #expect(abs(found[0]) < 0.06 && abs(found[1]) < 0.06)
    }

    @Test("shape and episode follow the number of learners", arguments: 2...8)
    func shape(_ learners: Int) throws {
        let environment = try OpenedEnvironment(Self.task, options: "learners=\(learners)")
        #expect(environment.description.observationCount == 6 * learners)
        #expect(environment.description.actionCount == 2 * learners)
        #expect(environment.description.stepLimit == 25)
        let idle = [Double](repeating: 0, count: 2 * learners)
        _ = try environment.reset(seed: 1)
        for step in 1...25 { #expect(try environment.step(idle).truncated == (step == 25)) }
    }

    @Test(
        "options that make no sense are refused, with an example of ones that do",
        arguments: [
            "learner=0", "learner=5", "learner=1.5", "learner=", "learner=2 learners=1", "learners=9", "learner=-1",
            "learners=2 learner=3", "scales=", "scales=0", "scales=1,,1", "scales=1,nan", "scales=1,2,3,4,5,6,7,8,9",
            "shift=3", "shift=-1", "shift=inf", "learner=1x", "learner=allx", "models=/usr", "learner", "l",
        ])
    func refuses(_ options: String) {
        do {
            _ = try OpenedEnvironment(Self.task, options: options)
            Issue.record("\(options) was taken")
        } catch {
            #expect("\(error)".contains("cannot use the options \"\(options)\"; write, for example, learner=1"))
        }
    }

    @Test("options may come in any order, with any spaces between them, and need not come at all")
    func order() throws {
        let plain = try OpenedEnvironment(Self.task)
        let spoken = try OpenedEnvironment(
            Self.task, options: "  scales=1,1 shift=0.0  learners=4   learner=all ")
        #expect(try plain.reset(seed: 5) == spoken.reset(seed: 5))
        let action = [Double](repeating: 0.5, count: 8)
        #expect(try plain.step(action) == spoken.step(action))
    }

    private func closeEnough(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 }
    }
}
