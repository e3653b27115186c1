import Foundation
import Gateway
import Testing
import Training

@testable import Simulation

@Suite("A simulated run")
struct DeterminismTests {
    private static func options(seed: UInt64, threads: Int, in runs: URL) throws -> SimulationOptions {
        var options = try RecordedFederation.options(agents: 3, ["agent.sampling.batch_steps=40"])
        options.training.seed = seed
        options.training.updates = 30
        options.training.evaluationEpisodes = 2
        options.training.runs = runs
        options.training.broadcast = "announce"
        options.slowness = try AgentValues(parsing: "1,1.3,4.3", flag: "", range: 1...5)
        options.upLatencyMilliseconds = AgentValues(2)
        options.loss = 0.05
        options.curveEpisodes = 2
        options.evaluateEvery = 200
        options.threads = threads
        return options
    }

    private static func run(seed: UInt64, threads: Int) throws -> (files: [Data], summary: RunSummary) {
        let runs = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: runs) }
        let simulator = try Simulator(try options(seed: seed, threads: threads, in: runs))
        let summary = try simulator.run()
        let files = try ["curve.csv", "returns.csv", "policy.lapwing"].prefix(2).map {
            try Data(contentsOf: simulator.folder.url.appending(path: $0))
        }
        return (files, summary)
    }

    @Test("leaves the same curve and the same returns, byte for byte, on one thread, on three, and again")
    func threads() throws {
        let first = try Self.run(seed: 3, threads: 1)
        for threads in [1, 2, 3] {
            let next = try Self.run(seed: 3, threads: threads)
            #expect(next.files == first.files)
            #expect(next.summary.returnMean == first.summary.returnMean)
            #expect(next.summary.virtualSeconds == first.summary.virtualSeconds)
        }
        #expect(try Self.run(seed: 4, threads: 2).files != first.files)
        let curve = String(decoding: first.files[0], as: UTF8.self).split(separator: "\n")
        #expect(curve.count > 5)
        #expect(curve[0] == "virtual_seconds,steps,steps_per_agent,version,updates,bytes_up,bytes_down,return_mean,"
            + "return_std,recent_return")
        #expect(curve.dropFirst().allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 10 })
    }

    @Test("says in its summary that it was simulated, and how long it took in virtual time")
    func summary() throws {
        let summary = try Self.run(seed: 1, threads: 1).summary
        #expect(summary.isSimulated)
        #expect(summary.updatesApplied == 30)
        #expect(summary.exit == .budget)
        #expect((summary.virtualSeconds ?? 0) > 0.4)
        #expect(summary.agents.count == 3)
        #expect(summary.bytesUp > 0)
    }

    @Test("ends after its virtual seconds, with schedules as long as they are expected to last")
    func virtualSeconds() throws {
        var options = try RecordedFederation.options(agents: 2)
        options.training.updates = nil
        options.virtualSeconds = 0.25
        options.slowness = try AgentValues(parsing: "1,2.5", flag: "", range: 1...5)
        let plan = try SimulationPlan(options)
        #expect(plan.run.updates == 35)
        #expect(plan.run.gatewaySettings().value("federation", "updates_max") == "0")
        #expect(plan.run.gatewaySettings().value("aggregation", "step_size_horizon") == "35")
        let run = try RecordedFederation(options)
        try run.run(until: VirtualClock.seconds(plan.endNanoseconds))
        #expect(run.applied.count == 35)
    }

    @Test("begins with the policy that lapwing train begins with")
    func initialPolicy() throws {
        let first = try RecordedFederation(try RecordedFederation.options(agents: 1)).federation.gateway
        let drawn = try InitialPolicy.parameters(of: first.plan)
        #expect(first.initialParameters == drawn)
        #expect(first.plan.seed == 1)
        #expect(first.plan.initialPolicyPath.isEmpty)
    }
}
