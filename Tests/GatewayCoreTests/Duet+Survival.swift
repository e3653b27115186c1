import Testing

extension Duet {
    /// Runs through a time of faults, then through a calm one: enough happens in both, and nothing is counted wrongly.
    mutating func surviveFaults(_ seed: Int) throws {
        isHarmful = true
        for _ in 0..<20_000 { try step() }
        isHarmful = false
        let before = durable
        for _ in 0..<6_000 { try step() }
        #expect(faults.dropped > 50, "seed \(seed): too calm a run")
        #expect(faults.gatewayCrashes + faults.agentCrashes > 2, "seed \(seed): too calm a run")
        #expect(before > 10, "seed \(seed): too little traffic")
        #expect(durable > before + 10, "seed \(seed): dead after the faults")
        #expect(problems == [], "seed \(seed)")
        for agent in agents { #expect(agent.ending == nil, "seed \(seed)") }
    }
}
