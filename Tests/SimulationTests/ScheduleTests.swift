import Testing
import Training

@testable import Simulation

@Suite("What happens when in virtual time")
struct ScheduleTests {
    typealias Applied = RecordedFederation.Applied

    @Test("three agents of speeds 1, 2 and 4 make the versions of a schedule worked out by hand, with its delays")
    func speeds() throws {
        var options = try RecordedFederation.options(agents: 3)
        options.slowness = try AgentValues(parsing: "1,2,4", flag: "", range: 1...4)
        let run = try RecordedFederation(options)
        try run.run(until: 0.0605)
        // Batches of ten steps take 10, 20 and 40 ms. Who sends at once is heard in the order of the numbers; everybody
        // goes on at the version that its own report made.
        #expect(
            run.applied == [
                Applied(version: 1, agent: "agent-1", delay: 0, time: 10),
                Applied(version: 2, agent: "agent-1", delay: 0, time: 20),
                Applied(version: 3, agent: "agent-2", delay: 2, time: 20),
                Applied(version: 4, agent: "agent-1", delay: 1, time: 30),
                Applied(version: 5, agent: "agent-1", delay: 0, time: 40),
                Applied(version: 6, agent: "agent-2", delay: 2, time: 40),
                Applied(version: 7, agent: "agent-3", delay: 6, time: 40),
                Applied(version: 8, agent: "agent-1", delay: 2, time: 50),
                Applied(version: 9, agent: "agent-1", delay: 0, time: 60),
                Applied(version: 10, agent: "agent-2", delay: 3, time: 60),
            ])
    }

    @Test("a synchronous rule makes one version for each batch of the slowest agent")
    func rounds() throws {
        var options = try RecordedFederation.options(agents: 3, ["gateway.aggregation.rule=fedpg"])
        options.slowness = try AgentValues(parsing: "1,2,4", flag: "", range: 1...4)
        let run = try RecordedFederation(options)
        try run.run(until: 0.1205)
        #expect(run.federation.gateway.core.version.number == 3)
        #expect(run.applied.count == 9)
        #expect(run.applied.allSatisfy { $0.time == 40 * Double($0.version) })
        #expect(run.applied.allSatisfy { $0.delay == 0 })
    }

    @Test(
        "a round that asks the soonest is as long as their links, one that asks everyone as the slowest",
        arguments: [false, true])
    func collecting(fromSoonest: Bool) throws {
        var options = try RecordedFederation.options(
            agents: 3, [
                "gateway.aggregation.rule=rennala", "gateway.aggregation.round_batches=6",
                "gateway.aggregation.collect_from=\(fromSoonest ? "soonest" : "everyone")",
            ])
        options.messageSeconds = try AgentValues(parsing: "0,0,1", flag: "", range: 0...1)
        let run = try RecordedFederation(options)
        try run.run(until: 4.5)
        let versions = run.federation.gateway.core.version.number
        if fromSoonest {
            // The first round asks everybody, and every 32nd; else two agents make six batches of 10 ms in 30 ms.
            #expect(versions > 60)
            #expect(run.applied.filter { $0.agent == "agent-3" }.map(\.version) == [1, 33])
        } else {
            #expect(versions == 4)
            #expect(run.applied.count == 12)
        }
    }

    @Test("over links slower than any time-out a round that collects gives nobody up, and nothing is sent twice")
    func slowCollecting() throws {
        var options = try RecordedFederation.options(
            agents: 3, ["gateway.aggregation.rule=rennala", "gateway.aggregation.round_batches=6"])
        options.messageSeconds = try AgentValues(parsing: "30,60,100", flag: "", range: 0...100)
        let run = try RecordedFederation(options)
        try run.run(until: 950)
        #expect(run.federation.gateway.core.version.number == 9)
        #expect(run.applied.count == 27, "everybody is in every round")
        let timeouts = run.federation.gateway.core.roundCounters.timeouts
        let resends = run.federation.agents.map { $0.process?.core.counters.resends }
        #expect(timeouts == 0 && resends == [0, 0, 0])
        // Two batches of each make six; what was sampled while the means were on their way would have been thousands.
        let steps = run.federation.agents.map(\.stepsTotal)
        #expect(steps.allSatisfy { $0 <= 10 * (2 * 10 + 2) }, "\(steps)")
    }

    @Test("local work makes reports fewer: budgets in steps, and schedules over them, count what is behind a report")
    func localWork() throws {
        var options = try RecordedFederation.options(agents: 2, ["gateway.local.batches=4"])
        options.training.updates = nil
        options.training.stepsPerAgent = 390
        // Batches of ten steps: ten reports of each agent, the last of which has ten steps more than was asked for.
        #expect(try SimulationPlan(options).run.updates == 20)
        options.training.stepsPerAgent = nil
        options.virtualSeconds = 1.6
        // Four batches of 10 ms behind a report.
        let plan = try SimulationPlan(options)
        #expect(plan.run.gatewaySettings().value("aggregation", "step_size_horizon") == "80")
        #expect(plan.evaluateEvery == 80 * 40 / 40)
        let run = try RecordedFederation(options)
        try run.run(until: 0.1205)
        #expect(run.applied.map(\.time) == [40, 40, 80, 80, 120, 120])
    }

    @Test("agreement makes several versions of one batch, and schedules over virtual time count them")
    func agreement() throws {
        var options = try RecordedFederation.options(
            agents: 2, ["gateway.aggregation.rule=fednpg-admm", "gateway.aggregation.admm_rounds=3"])
        options.training.updates = nil
        options.virtualSeconds = 1
        let plan = try SimulationPlan(options)
        #expect(plan.run.gatewaySettings().value("aggregation", "step_size_horizon") == "300")
        #expect(plan.evaluateEvery == 2 * 100 * 10 / 40)
        // Each of the three messages takes its time, and each of the three solutions.
        options.messageSeconds = AgentValues(0.02)
        options.gradientSeconds = 0.01
        let slow = try SimulationPlan(options)
        #expect(slow.run.gatewaySettings().value("aggregation", "step_size_horizon") == "30")
    }

    @Test("a gradient's time, a message's flat time and both latencies lie between two updates of an agent")
    func links() throws {
        var options = try RecordedFederation.options(agents: 1)
        options.gradientSeconds = 0.002
        options.messageSeconds = AgentValues(0.005)
        options.upLatencyMilliseconds = AgentValues(1)
        options.downLatencyMilliseconds = AgentValues(3)
        let run = try RecordedFederation(options)
        try run.run(until: 0.0705)
        // Hello and Welcome: 1 + 3 ms; then 10 + 2 + 5 + 1 ms to the gateway, and 3 ms back.
        #expect(run.applied.map(\.time) == [22, 43, 64])
    }

    @Test("bytes a second keep an update waiting for as long as its bytes take, and the next message behind it")
    func bandwidth() throws {
        var options = try RecordedFederation.options(agents: 1)
        options.upBytesPerSecond = AgentValues(10_000)
        let run = try RecordedFederation(options)
        try run.run(until: 0.2)
        let agent = run.federation.agents[0]
        let counted = agent.process?.core.traffic
        let traffic = try #require(counted)
        let hello = Double(traffic.hello) / 10
        let first = try #require(run.applied.first)
        // The first update has no other before it: its size is what the gateway had received by then.
        let update = first.time - hello - 10
        #expect(update > 5 && update < 60)
        let gaps = zip(run.applied.dropFirst(), run.applied).map { $0.0.time - $0.1.time }
        // One in which an episode ended has the returns in it, some forty bytes.
        #expect(gaps.allSatisfy { (-0.5...4.5).contains($0 - update - 10) }, "\(gaps), \(update)")
        #expect(gaps.filter { abs($0 - update - 10) < 0.5 }.count * 2 > gaps.count, "\(gaps), \(update)")
    }

    @Test("a store that takes its time holds answers back, and nothing else")
    func commits() throws {
        var options = try RecordedFederation.options(agents: 1)
        options.commitMilliseconds = 4
        let run = try RecordedFederation(options)
        try run.run(until: 0.0385)
        #expect(run.applied.map(\.time) == [10, 24, 38])
        #expect(run.federation.gateway.core.durableVersion.number == 2)
    }
}
