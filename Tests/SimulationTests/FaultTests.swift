import GatewayCore
import Testing
import Training

@testable import Simulation

@Suite("Lost messages and absent agents")
struct FaultTests {
    @Test("with a fifth of all messages lost every report is applied once, versions rise by one, and work goes on")
    func loss() throws {
        var options = try RecordedFederation.options(
            agents: 3, ["agent.uplink.resend_interval_ms=50", "agent.network.handshake_interval_ms=50"])
        options.loss = 0.2
        let run = try RecordedFederation(options)
        try run.run(until: 4)
        #expect(run.federation.agents.reduce(0) { $0 + $1.up.lostCount + $1.down.lostCount } > 50)
        #expect(run.applied.count > 100)
        #expect(Set(run.identities).count == run.identities.count)
        #expect(run.applied.map(\.version) == (1...UInt64(run.applied.count)).map { $0 })
        // What was sent again had been applied, or lost on its way up.
        let duplicates = run.federation.duplicates
        #expect(duplicates > 0)
    }

    @Test("an agent that drops out is missed by nobody, and comes back with a new boot epoch")
    func dropout() throws {
        var options = try RecordedFederation.options(agents: 2)
        options.dropouts = [try Dropout(parsing: "2:0.1:0.3")]
        let run = try RecordedFederation(options)
        try run.run(until: 0.5)
        let second = run.applied.filter { $0.agent == "agent-2" }
        #expect(!second.isEmpty)
        #expect(!second.contains { $0.time > 100 && $0.time < 300 })
        #expect(second.contains { $0.time >= 310 })
        #expect(run.applied.contains { $0.agent == "agent-1" && $0.time > 150 && $0.time < 250 })
        #expect(run.identities.contains { $0.hasPrefix("agent-2 2 ") })
        #expect(Set(run.identities).count == run.identities.count)
    }

    @Test("an agent that is to drop out while it is gone is refused", arguments: ["2:0.2:0.25", "2:0.3:0.4", "2:0:1"])
    func overlappingDropouts(second: String) throws {
        var options = try RecordedFederation.options(agents: 2)
        options.dropouts = try [Dropout(parsing: "2:0.1:0.3"), Dropout(parsing: second)]
        let error = #expect(throws: TrainingError.self) { try SimulationPlan(options) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("the agent is gone already") == true)
        options.dropouts[1].agent = 1
        _ = try SimulationPlan(options)
    }

    @Test("a round waits for an absent agent until its heartbeats are missed, and not longer")
    func absentFromRound() throws {
        var options = try RecordedFederation.options(
            agents: 2, ["gateway.aggregation.rule=fedpg", "gateway.federation.agents_min=1"])
        options.dropouts = [try Dropout(parsing: "2:0.105:100")]
        let run = try RecordedFederation(options)
        try run.run(until: 7)
        let versions = run.applied.filter { $0.agent == "agent-1" }.map(\.time)
        let timeout = Double(run.federation.agents[1].configuration.network.heartbeatTimeoutMilliseconds)
        #expect(versions.contains { $0 <= 100 })
        #expect(!versions.contains { $0 > 110 && $0 < 105 + timeout })
        #expect(versions.contains { $0 >= 105 + timeout })
    }

    @Test("both sides count the same bytes of every kind of message")
    func bytes() throws {
        let run = try RecordedFederation(try RecordedFederation.options(agents: 2))
        try run.run(until: 0.3045)
        let gateway = run.federation.gateway.core.traffic
        let agents = run.federation.agents.compactMap { $0.process?.core.traffic }
        #expect(agents.reduce(0) { $0 + $1.hello } == gateway.bytes(of: .hello))
        #expect(agents.reduce(0) { $0 + $1.update } == gateway.bytes(of: .update))
        #expect(agents.reduce(0) { $0 + $1.welcome } == gateway.bytes(of: .welcome))
        #expect(agents.reduce(0) { $0 + $1.policy } == gateway.bytes(of: .policy))
        #expect(gateway.messages(of: .update) == UInt64(run.applied.count))
        // With keys a connection costs 567 bytes up and 301 down before its first message.
        #expect(gateway.bytes(of: .handshakeFromAgent) == 2 * 567)
        #expect(gateway.bytes(of: .handshakeToAgent) == 2 * 301)
    }

    @Test("what is no absence is refused", arguments: ["", "1", "1:2", "0:1:2", "1:3:2", "1:-1:2", "a:1:2", "1:1:1"])
    func refusals(text: String) {
        #expect(throws: TrainingError.self) { try Dropout(parsing: text) }
    }
}

extension VirtualFederation {
    /// Reports that the gateway had answered before.
    fileprivate var duplicates: UInt64 {
        (0..<gateway.core.agentCount).reduce(0) { $0 + gateway.core.agent(at: $1).agent.counters.duplicates }
    }
}
