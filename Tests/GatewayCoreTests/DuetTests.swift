import Bounded
import GatewayCore
import GradientCodec
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

    /// Ways to send that lean on a mirror, by name.
    enum Way: CaseIterable, Sendable {
        case ef21, laq, gate, gateHalf, gateNoted, errorFeedback

        var settings: UplinkSettings {
            var settings = UplinkSettings()
            settings.codec.keptFraction = 0.2
            settings.codec.bits = 4
            settings.gate.skipRoundsMaximum = 3
            settings.gate.chunks = 4
            settings.mirror = .float32
            switch self {
            case .ef21: (settings.codec.codec, settings.feedback) = (.topK, .innovation)
            case .laq:
                (settings.codec.codec, settings.feedback) = (.grid, .innovation)
                settings.gate.rule = .laq
            case .gate: settings.gate.rule = .innovation
            case .gateHalf: (settings.gate.rule, settings.mirror) = (.innovation, .float16)
            case .gateNoted: (settings.gate.rule, settings.skipAction) = (.innovation, .nothing)
            case .errorFeedback: (settings.codec.codec, settings.feedback) = (.sign, .error)
            }
            settings.gate.relativeThreshold = 1
            return settings
        }

        var reuses: Bool { settings.gate.rule != .none && settings.skipAction == .reuse }
    }

    @Test(
        "over the same faults both sides hold the same mirror, and differences of policies arrive",
        arguments: Way.allCases)
    func mirrors(way: Way) throws {
        var world = try Duet(seed: 21, agentCount: 3, uplink: way.settings) {
            $0.downlinkCodec = .lattice
            $0.downlinkHistory = 8
            $0.gateWeight = 0.1
        }
        for _ in 0..<5 {
            world.isHarmful = true
            for _ in 0..<4_000 { try world.step() }
            world.isHarmful = false
            try world.compareMirrors()
        }
        let before = world.durable
        for _ in 0..<4_000 { try world.step() }
        #expect(world.problems == [])
        #expect(world.faults.agentCrashes + world.faults.gatewayCrashes > 1 && world.faults.dropped > 50)
        #expect(world.mirrorComparisons >= 8)
        #expect(world.durable > before + 20, "dead after the faults")
        if way.reuses { #expect(world.reuses > 10) }
        for agent in world.agents { #expect(agent.ending == nil) }
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
