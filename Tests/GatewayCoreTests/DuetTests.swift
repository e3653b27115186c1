import Bounded
import GatewayCore
import Testing

@Suite("Agents and gateway together")
struct DuetTests {
    @Test(
        "over loss, repetition, reordering and crashes on both sides: applied once, answered when stored, alive after",
        arguments: 1...4)
    func survives(seed: Int) throws {
        var world = try Duet(seed: UInt64(seed), agentCount: 4)
        world.isHarmful = true
        for _ in 0..<20_000 { try world.step() }
        world.isHarmful = false
        let before = world.durable
        for _ in 0..<6_000 { try world.step() }

        #expect(world.faults.dropped > 50 && world.faults.repeated > 20, "seed \(seed): too calm a run")
        #expect(world.faults.agentCrashes > 2 && world.faults.gatewayCrashes > 2, "seed \(seed): too calm a run")
        #expect(before > 50, "seed \(seed): too little traffic")
        #expect(world.durable > before + 50, "seed \(seed): dead after the faults")
        #expect(world.problems == [], "seed \(seed)")
        for agent in world.agents {
            #expect(agent.ending == nil, "seed \(seed)")
            // Whoever is not busy holds a version that is at most as old as the last few answers.
            #expect(world.durable - (agent.heldVersion ?? 0) < 40, "seed \(seed)")
        }
    }

    @Test("a calm federation wastes nothing: every update computed is applied, and none is sent twice")
    func calm() throws {
        var world = try Duet(seed: 99, agentCount: 3)
        for _ in 0..<10_000 { try world.step() }
        #expect(world.problems == [])
        #expect(world.durable > 100)
        for agent in world.agents {
            #expect(agent.counters.resends == 0)
            #expect(agent.counters.updatesRefused == 0)
            #expect(agent.counters.updatesComputed - agent.counters.updatesApplied <= 1)
        }
        #expect(world.refusals == 0)
        #expect(world.observationCount == Double(world.version) * 20, "each batch of 20 observations is merged once")
    }
}
