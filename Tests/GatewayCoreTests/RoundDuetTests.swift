import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Testing

@Suite("Agents and gateway together, in rounds")
struct RoundDuetTests {
    static func world(seed: Int, isGated: Bool) throws -> Duet {
        var uplink = UplinkSettings()
        if isGated {
            uplink.mirror = .float32
            uplink.gate.rule = .lapg
            uplink.gate.noiseFactor = 2
            uplink.gate.chunks = 4
            uplink.gate.skipRoundsMaximum = 4
        }
        return try Duet(seed: UInt64(seed), agentCount: 4, uplink: uplink) {
            $0.rule = .rounds(.lapg(stepSize: .constant(1e-3), gradientNorm: GradientNormSettings()))
            $0.gateWeight = 0.1
        }
    }

    @Test(
        "over loss, repetition and crashes on both sides: a report is in one version, and no agent in one twice",
        arguments: 1...2, [false, true])
    func survives(seed: Int, isGated: Bool) throws {
        var world = try Self.world(seed: seed, isGated: isGated)
        try world.surviveFaults(seed)
        #expect(world.reportsInVersions.allSatisfy { $0 == 4 }, "agents_min is four, and there are no more")
        if isGated { #expect(world.reuses > 0, "seed \(seed)") }
    }

    @Test("in a calm federation every agent is in every version, and nothing is sent twice or refused")
    func calm() throws {
        var world = try Self.world(seed: 7, isGated: true)
        for _ in 0..<10_000 { try world.step() }
        #expect(world.problems == [] && world.refusals == 0)
        #expect(world.durable > 30)
        #expect(world.reportsInVersions.allSatisfy { $0 == 4 })
        #expect(world.observationCount == Double(world.version) * 80, "each batch of 20 observations is merged once")
        for agent in world.agents { #expect(agent.counters.resends == 0) }
    }
}
