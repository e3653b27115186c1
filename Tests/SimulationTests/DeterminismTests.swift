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

    @Test("θ is looked at at the virtual seconds that were asked for, whoever makes versions when")
    func looks() throws {
        let runs = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: runs) }
        func curve(_ rule: String) throws -> [[Double]] {
            var options = try Self.options(seed: 5, threads: 2, in: runs)
            options.loss = 0
            options.evaluateEvery = nil
            options.evaluateEverySeconds = 0.05
            options.virtualSeconds = 1
            options.training.updates = nil
            try options.training.overrides.add("gateway.aggregation.rule=\(rule)")
            let simulator = try Simulator(options)
            _ = try simulator.run()
            return try String(contentsOf: simulator.folder.curve, encoding: .utf8).split(separator: "\n").dropFirst()
                .map { $0.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan } }
        }
        let (often, seldom) = (try curve("afedpg"), try curve("fedpg"))
        let moments = (0...20).map { Double($0) * 0.05 }
        for points in [often, seldom] {
            #expect(zip(points, moments).allSatisfy { abs($0[0] - $1) < 1e-9 })
            // A version has one return, however often it is looked at.
            for (one, next) in zip(points, points.dropFirst()) where one[3] == next[3] { #expect(one[7] == next[7]) }
        }
        #expect(often.count >= 21 && seldom.count >= 21)
        #expect(Set(seldom.map { $0[3] }).count < 8, "a round takes 172 ms")
        #expect(Set(often.map { $0[3] }).count == often.count)
    }

    @Test("the same run in another folder has the same configuration, to the hash")
    func portable() throws {
        let hashes = try (0..<2).map { _ in
            let runs = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: runs) }
            let plan = try SimulationPlan(try Self.options(seed: 5, threads: 1, in: runs))
            let folder = try RunFolder.create(in: runs, environment: "cartpole", name: "a", seed: 5)
            let hash = try plan.writeConfigurations(in: folder)
            let text = try String(contentsOf: folder.effectiveConfiguration, encoding: .utf8)
            #expect(!text.contains(runs.lastPathComponent) && text.contains("keys/"))
            return hash
        }
        #expect(hashes[0] == hashes[1])
    }

    @Test(
        "a budget, or a time, that nothing can be reckoned with is refused, or never comes",
        arguments: ["updates", "steps", "batch", "slow", "link", "rounds"])
    func enormous(what: String) throws {
        let runs = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: runs) }
        var options = try Self.options(seed: 5, threads: 1, in: runs)
        var isRefused = true
        switch what {
        case "updates": options.training.updates = .max
        case "steps": options.training.stepsPerAgent = .max
        case "batch": try options.training.overrides.add("agent.sampling.batch_steps=\(Int.max)")
        case "rounds":
            for change in ["rule=fednpg-admm", "admm_rounds=0"] {
                try options.training.overrides.add("gateway.aggregation.\(change)")
            }
        default:
            isRefused = false
            options.virtualSeconds = 10
            if what == "slow" {
                options.stepSeconds = 1e6
                options.slowness = AgentValues(1e6)
            } else {
                options.upBytesPerSecond = AgentValues(1e-9)
            }
        }
        do {
            let simulator = try Simulator(options)
            #expect(!isRefused)
            #expect(try simulator.run().updatesApplied == 0)
        } catch let error as TrainingError {
            #expect(isRefused, "\(error)")
        }
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
