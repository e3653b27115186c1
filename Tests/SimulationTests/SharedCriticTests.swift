import Foundation
import Testing
import Training

@testable import Simulation

@Suite("A shared critic in virtual time")
struct SharedCriticTests {
    private static let critics = [
        "agent.sampling.batch_steps=40", "agent.learning.estimator=gae", "agent.learning.baseline=critic",
        "agent.learning.critic_hidden=6", "agent.learning.critic_minibatch=20",
    ]

    private static func run(threads: Int, seed: UInt64 = 3, _ changes: [String]) throws -> [Data] {
        var options = try RecordedFederation.options(agents: 3, critics + changes)
        let runs = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: runs) }
        options.training.seed = seed
        options.training.updates = 30
        options.training.evaluationEpisodes = 2
        options.training.runs = runs
        options.slowness = try AgentValues(parsing: "1,1.3,4.3", flag: "", range: 1...5)
        options.upLatencyMilliseconds = AgentValues(2)
        options.loss = 0.05
        options.curveEpisodes = 2
        options.evaluateEvery = 200
        options.threads = threads
        let simulator = try Simulator(options)
        _ = try simulator.run()
        return try ["curve.csv", "returns.csv"].map {
            try Data(contentsOf: simulator.folder.url.appending(path: $0))
        }
    }

    @Test("leaves the same bytes on one thread and on three, and others than critics of each agent's own",
        arguments: ["afedpg", "fedpg", "rennala"])
    func threads(rule: String) throws {
        let changes = ["gateway.aggregation.rule=\(rule)", "gateway.aggregation.round_batches=4"]
        let shared = changes + ["gateway.critic.shared=true", "gateway.critic.weight=0.5"]
        let first = try Self.run(threads: 1, shared)
        #expect(try Self.run(threads: 3, shared) == first)
        #expect(try Self.run(threads: 1, changes) != first)
    }

    @Test("switched off it is as if it were not there, even where agents could share one")
    func off() throws {
        let plain = try Self.run(threads: 1, [])
        #expect(try Self.run(threads: 2, ["gateway.critic.shared=false", "gateway.critic.weight=0.25"]) == plain)
    }

    @Test("the run's configurations share the agents' layers, where agents have a critic at all")
    func configurations() throws {
        let shared = try RecordedFederation.options(agents: 2, Self.critics + ["gateway.critic.shared=true"])
        let plan = try RunPlan(shared.training)
        #expect(plan.gatewaySettings().value("critic", "hidden") == "6")
        #expect(plan.agentSettings(2, endpoint: "").value("learning", "critic_shared") == "true")
        let linear = try RecordedFederation.options(agents: 2, ["gateway.critic.shared=true"])
        let other = try RunPlan(linear.training)
        #expect(other.agentSettings(1, endpoint: "").value("learning", "critic_shared") == nil)
        let off = try RunPlan(try RecordedFederation.options(agents: 2, Self.critics).training)
        #expect(off.agentSettings(1, endpoint: "").value("learning", "critic_shared") == nil)
        #expect(off.gatewaySettings().value("critic", "hidden") == nil)
    }
}
