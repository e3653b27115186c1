import Aggregation
import Bounded
import Foundation
import GatewayCore
import Testing
import Wire

@testable import AgentCore
@testable import PolicyMath

extension AgentProcess {
    /// λ_i, g_i and H_i of the batch at hand, H_i formed element by element from its observations.
    var share: (dual: [Double], gradient: [Double], matrix: [[Double]]) {
        let estimator = core.sampler.estimator.consensus
        func doubles(_ vector: Vector?) -> [Double] { vector.map { $0.buffer.map(Double.init) } ?? [] }
        return (doubles(estimator?.dual), doubles(estimator?.plain), fisher)
    }

    /// F + damping · I of a Gaussian policy with one hidden layer of four and one action, in double precision.
    private var fisher: [[Double]] {
        let theta = core.held.parameters.buffer.map(Double.init)
        let damping = Double(core.settings.estimator.natural.damping)
        let trajectory = core.sampler.estimator.trajectory
        let (inputs, hidden, count) = (3, 4, theta.count)
        var matrix = (0..<count).map { row in (0..<count).map { $0 == row ? damping : 0 } }
        for step in 0..<trajectory.count {
            let row = trajectory.observations + step * trajectory.stride
            var score = [Double](repeating: 0, count: count)
            for unit in 0..<hidden {
                var sum = theta[inputs * hidden + unit]
                for input in 0..<inputs { sum += theta[unit * inputs + input] * Double(row[input]) }
                let active = tanh(sum)
                let outward = inputs * hidden + hidden
                score[outward + unit] = active
                let delta = theta[outward + unit] * (1 - active * active)
                score[inputs * hidden + unit] = delta
                for input in 0..<inputs { score[unit * inputs + input] = delta * Double(row[input]) }
            }
            score[count - 2] = 1
            let weight = exp(-2 * theta[count - 1]) / Double(trajectory.count)
            for i in 0..<count { for j in 0..<count { matrix[i][j] += weight * score[i] * score[j] } }
        }
        matrix[count - 1][count - 1] += 2
        return matrix
    }

    var stepsTotal: UInt64 { core.counters.steps }
    var agreed: [Double] { core.held.agreed.buffer.map(Double.init) }
}

/// Gauss with pivots.
func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = matrix.indices.map { matrix[$0] + [right[$0]] }
    let count = rows.count
    for column in 0..<count {
        let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
        rows.swapAt(column, pivot)
        for row in 0..<count where row != column {
            let factor = rows[row][column] / rows[column][column]
            for index in column...count { rows[row][index] -= factor * rows[column][index] }
        }
    }
    return (0..<count).map { rows[$0][count] / rows[$0][$0] }
}

@Suite("Agents and gateway together, agreeing on a natural gradient")
struct ConsensusDuetTests {
    static func world(seed: Int, agents: Int = 3, rounds: Int, penalty: Double = 0.3) throws -> Duet {
        var consensus = ConsensusSettings()
        consensus.rounds = rounds
        consensus.penalty = penalty
        return try Duet(seed: UInt64(seed), agentCount: agents, agrees: true) {
            $0.rule = .rounds(
                .fednpgADMM(
                    consensus, stepSize: .constant(0.05), normalises: true, gradientNorm: GradientNormSettings()))
        }
    }

    static func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// Σ λ_i, and the length of the longest.
    static func duals(_ world: Duet) -> (sum: Double, longest: Double) {
        let duals = world.agents.map(\.share.dual)
        let sum = duals[0].indices.map { index in duals.reduce(0) { $0 + $1[index] } }
        return (length(sum), duals.map(length).max() ?? 0)
    }

    /// Goes on until every agent holds `version`, and has begun with it.
    static func run(_ world: inout Duet, until version: UInt64) throws {
        for _ in 0..<60_000 {
            if world.agents.allSatisfy({ $0.heldVersion == version && $0.core.agreement.version?.number == version }) {
                return
            }
            try world.step()
        }
        Issue.record("version \(version) never came; the newest is \(world.version)")
    }

    @Test("after many rounds y is what dense matrices say of the agents' own batches", arguments: 1...3)
    func converges(seed: Int) throws {
        var world = try Self.world(seed: seed, rounds: 60)
        try Self.run(&world, until: 59)
        let shares = world.agents.map(\.share)
        let count = shares[0].gradient.count
        let matrix = (0..<count).map { i in (0..<count).map { j in shares.reduce(0) { $0 + $1.matrix[i][j] } } }
        let expected = solved(matrix, (0..<count).map { j in shares.reduce(0) { $0 + $1.gradient[j] } })
        let y = world.agents[0].agreed
        let distance = Self.length(zip(y, expected).map { $0 - $1 }) / Self.length(expected)
        print("consensus of three cores: relative distance \(distance)")
        #expect(distance < 0.02, "seed \(seed)")
        #expect(Self.length(expected) > 0)
        for agent in world.agents {
            #expect(agent.stepsTotal == 20, "one batch serves all rounds")
            #expect(agent.agreed == y)
        }
        try Self.run(&world, until: 61)
        for agent in world.agents { #expect(agent.stepsTotal > 20, "another batch for another policy") }
        #expect(world.problems == [] && world.refusals == 0)
    }

    @Test("the duals sum to zero, also after an agent came back without its own")
    func duals() throws {
        var world = try Self.world(seed: 5, rounds: 1_000)
        try Self.run(&world, until: 6)
        let before = Self.duals(world)
        #expect(before.longest > 0 && before.sum < 1e-4 * before.longest)
        // The slowest, which has not reported yet.
        try world.crash(2)
        try Self.run(&world, until: 6)
        // The one that came back holds none, so the others' do not cancel: the next round makes up for it.
        let after = Self.duals(world)
        #expect(after.sum > 0.05 * after.longest, "nothing was lost: the test shows nothing")
        try Self.run(&world, until: 7)
        let later = Self.duals(world)
        #expect(later.longest > 0 && later.sum < 1e-4 * later.longest)
        #expect(world.problems == [])
    }

    @Test("over loss, repetition and crashes on both sides the agreement goes on", arguments: 1...2)
    func survives(seed: Int) throws {
        var world = try Self.world(seed: seed, agents: 4, rounds: 3)
        world.isHarmful = true
        for _ in 0..<20_000 { try world.step() }
        world.isHarmful = false
        let before = world.durable
        for _ in 0..<6_000 { try world.step() }
        #expect(world.faults.gatewayCrashes + world.faults.agentCrashes > 2, "seed \(seed): too calm a run")
        #expect(before > 10, "seed \(seed): too little traffic")
        #expect(world.durable > before + 10, "seed \(seed): dead after the faults")
        #expect(world.problems == [], "seed \(seed)")
        let version = world.durable
        try Self.run(&world, until: version + 2)
        let duals = Self.duals(world)
        #expect(duals.sum < 1e-3 * (duals.longest + 1e-9), "seed \(seed)")
        for agent in world.agents { #expect(agent.ending == nil, "seed \(seed)") }
    }
}
