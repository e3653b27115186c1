import Foundation
import GatewayCore
import Testing
import Training

@testable import Simulation

@Suite("A simulated federation with a validating agent")
struct ValidatorTests {
    private struct Outcome {
        var applied: [String: Int]
        var summary: RunSummary

        /// Applied updates an agent, of those with these numbers.
        func share(_ numbers: ClosedRange<Int>) -> Double {
            let counts = numbers.map { applied[RunPlan.agentName($0)] ?? 0 }
            return Double(counts.reduce(0, +)) / Double(numbers.count)
        }
    }

    /// Cart-pole, ten agents, of whom the last three send their gradients' opposites.
    private static func run(filter: String, seed: UInt64, updates: UInt64 = 200) throws -> Outcome {
        let runs = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: runs) }
        var training = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
        training.agents = 10
        training.updates = updates
        training.seed = seed
        training.runs = runs
        training.evaluationEpisodes = 20
        for change in [
            "agent.sampling.batch_steps=300", "gateway.policy.hidden=8", "gateway.aggregation.rule=afedpg",
            "gateway.aggregation.filter=\(filter)", "gateway.aggregation.zeno_age_max=30",
        ] {
            try training.overrides.add(change)
        }
        var options = SimulationOptions(training: training)
        options.adversaries = try AdversaryList(parsing: "3xsign-flip")
        options.threads = 1
        options.curveEpisodes = 1
        options.evaluateEvery = 1_000_000
        let simulator = try Simulator(options)
        let summary = try simulator.run()
        var applied: [String: Int] = [:]
        for agent in summary.agents { applied[agent.name] = Int(agent.updatesApplied) }
        return Outcome(applied: applied, summary: summary)
    }

    @Test("three adversaries in ten ruin a run, and with Zeno++ they do not", arguments: [1, 2])
    func withstands(seed: UInt64) throws {
        let plain = try Self.run(filter: "none", seed: seed)
        #expect(plain.summary.validator == nil)
        #expect(plain.share(8...10) == 20, "nobody is refused")
        let filtered = try Self.run(filter: "zeno", seed: seed)
        #expect(filtered.summary.updatesApplied == 200)
        #expect(filtered.share(8...10) < 0.75 * filtered.share(1...7), "\(filtered.applied)")
        let returns = (filtered.summary.returnMean ?? 0, plain.summary.returnMean ?? 0)
        #expect(returns.0 > 3 * returns.1, "\(returns)")
    }

    @Test("the validating agent samples, is in no sum, and the same seed gives the same run")
    func sums() throws {
        let first = try Self.run(filter: "zeno", seed: 3, updates: 40)
        let validator = try #require(first.summary.validator)
        #expect(validator.name == "validator" && validator.steps > 1_000)
        #expect(validator.updatesApplied == 0 && validator.updatesRefused == 0)
        #expect(first.summary.agents.count == 10)
        #expect(first.summary.steps == first.summary.agents.reduce(0) { $0 + $1.steps })
        var second = try Self.run(filter: "zeno", seed: 3, updates: 40).summary
        second.seconds = first.summary.seconds
        #expect(second == first.summary)
    }

    @Test("the validating agent is heard before learners whose messages arrive at the same moment")
    func heardFirst() throws {
        let run = try RecordedFederation(
            try RecordedFederation.options(
                agents: 2, ["gateway.aggregation.filter=zeno", "gateway.aggregation.zeno_epsilon=1000"]))
        try run.run(until: 0.0105)
        // Nothing is passed that cannot be compared; with a margin this wide, everything else is.
        #expect(run.applied.map(\.time) == [10, 10])
    }

    @Test("what the validating agent sends passes adversaries by: they neither change it nor listen in")
    func adversaries() throws {
        let bench = try AdversaryCrewTests.Bench("ipm")
        let trusted = try bench.frame([100, 100, 100, 100], .denseFloat32, sequence: 1)
        #expect(bench.passed(trusted, from: 4) == trusted)
        _ = bench.passed(try bench.frame([1, 2, 3, 4], .denseFloat32, sequence: 1), from: 1)
        let lie = bench.passed(try bench.frame([7, 7, 7, 7], .denseFloat32, sequence: 1), from: 3)
        let sent = try #require(try bench.read(lie))
        #expect(sent.1 == [-2, -4, -6, -8], "twice the opposite of the only honest learner's")
    }
}
