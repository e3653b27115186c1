import GradientCodec
import Testing
import Wire

@Suite("Nothing of a gradient is lost or counted twice")
struct ConservationTests {
    enum Way: CaseIterable, Sendable {
        case dense, sign, topK, lowRank

        var settings: UplinkSettings {
            var settings = UplinkSettings()
            settings.codec.keptFraction = 0.2
            switch self {
            case .dense: settings.codec.codec = .denseFloat32
            case .sign: (settings.codec.codec, settings.feedback) = (.sign, .error)
            case .topK: (settings.codec.codec, settings.feedback) = (.topK, .error)
            case .lowRank: (settings.codec.codec, settings.feedback) = (.lowRank, .error)
            }
            return settings
        }
    }

    @Test(
        "over loss, repetition, reordering and restarts: Σ applied + residual = Σ gradients behind the applied",
        arguments: Way.allCases, [31, 32])
    func sums(way: Way, seed: Int) throws {
        var world = try Duet(seed: UInt64(seed), agentCount: 3, uplink: way.settings) { $0.gateWeight = 0.1 }
        world.keepsBooks = true
        for _ in 0..<5 {
            world.isHarmful = true
            for _ in 0..<4_000 { try world.step() }
            world.isHarmful = false
            try world.compareSums()
        }
        #expect(world.problems == [], "seed \(seed)")
        #expect(world.faults.agentCrashes + world.faults.gatewayCrashes > 1, "seed \(seed): too calm a run")
        #expect(world.faults.dropped > 50 && world.faults.repeated > 20, "seed \(seed): too calm a run")
        #expect(world.conservationChecks >= 8, "seed \(seed): too little traffic")
        #expect(world.durable > 50, "seed \(seed): too little traffic")
    }

    @Test("books that are short of one update, or have one twice, are found out")
    func findsOut() throws {
        var world = try Duet(seed: 33, agentCount: 1, uplink: Way.topK.settings)
        world.keepsBooks = true
        for _ in 0..<2_000 { try world.step() }
        let name = try #require(world.applied.keys.first)
        let numbers = try #require(world.decoded[name])
        world.decoded[name] = numbers.map { $0 * 2 }
        try world.compareSums()
        #expect(world.problems.contains { $0.contains("is lost over") })
    }
}
