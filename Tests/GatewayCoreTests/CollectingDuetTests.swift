import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Testing

@Suite("Agents and gateway together, collecting")
struct CollectingDuetTests {
    static func world(
        seed: Int, isMalenia: Bool, from: CollectFrom = .everyone, sessionTimeout: Int = 3_000,
        _ uplink: UplinkSettings = UplinkSettings()
    ) throws -> Duet {
        try Duet(seed: UInt64(seed), agentCount: 4, uplink: uplink) {
            var step = AFedPGSettings()
            step.stepSize = .constant(1e-3)
            $0.rule = .rounds(
                .collecting(isMalenia ? .malenia(batches: 8) : .rennala(batches: 8), batchesInitial: 12, step: step))
            $0.collectFrom = from
            $0.agentsMinimum = 1
            $0.collectTimeoutMilliseconds = 2_000
            $0.collectResendMilliseconds = 300
            $0.sessionTimeoutMilliseconds = sessionTimeout
        }
    }

    @Test(
        "over loss, repetition, reordering and crashes: a report is in one version at most, and no round stands still",
        arguments: 1...3, [false, true])
    func survives(seed: Int, isMalenia: Bool) throws {
        var uplink = UplinkSettings()
        if seed == 3 {
            uplink = .sending(.topK)
            uplink.feedback = .error
        }
        var world = try Self.world(seed: seed, isMalenia: isMalenia, uplink)
        try world.surviveFaults(seed)
    }

    @Test("the same when those are asked whose answers come soonest", arguments: 4...7)
    func soonestSurvives(seed: Int) throws {
        var world = try Self.world(seed: seed, isMalenia: false, from: .soonest)
        try world.surviveFaults(seed)
    }

    @Test("in a calm federation each round has its gradients, fast agents make more of them, and nothing is refused")
    func calm() throws {
        // The slowest agent rests before its first batch of a round is whole, and says nothing for long.
        var world = try Self.world(seed: 7, isMalenia: false, sessionTimeout: 60_000)
        for _ in 0..<20_000 { try world.step() }
        #expect(world.problems == [] && world.refusals == 0)
        #expect(world.durable > 50)
        #expect(world.batchesInVersions[0] >= 12, "the first round")
        #expect(world.batchesInVersions.allSatisfy { $0 >= 8 && $0 <= 16 })
        #expect(world.roundCounters.timeouts == 0)
        let made = world.agents.map { $0.counters.steps }
        #expect(made[0] > 3 * made[3], "the first agent has seven times the turns of the last")
        for agent in world.agents { #expect(agent.counters.resends == 0) }
    }

    @Test("Malenia's rounds have a mean of every agent")
    func everyAgent() throws {
        var world = try Self.world(seed: 8, isMalenia: true)
        for _ in 0..<20_000 { try world.step() }
        #expect(world.problems == [])
        #expect(world.durable > 10)
        #expect(world.reportsInVersions.dropFirst(2).allSatisfy { $0 == 4 })
    }
}
