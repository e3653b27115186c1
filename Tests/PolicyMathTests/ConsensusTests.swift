import Bounded
import Testing

@testable import PolicyMath

/// Consensus ADMM on dense matrices, in double precision, as its lines are written: agents solve, the mean is y.
struct DenseConsensus {
    /// H_i, damped, and g_i.
    let matrices: [[[Double]]]
    let gradients: [[Double]]
    let penalty: Double
    var y: [Double]
    var duals: [[Double]]
    var solutions: [[Double]] = []

    init(_ matrices: [[[Double]]], _ gradients: [[Double]], penalty: Double, y: [Double], duals: [[Double]]) {
        self.matrices = matrices
        self.gradients = gradients
        self.penalty = penalty
        self.y = y
        self.duals = duals
    }

    /// One round; returns what each agent sends.
    mutating func round() -> [[Double]] {
        solutions = matrices.indices.map { agent in
            var shifted = matrices[agent]
            for index in y.indices { shifted[index][index] += penalty }
            var right = y.indices.map { gradients[agent][$0] - duals[agent][$0] + penalty * y[$0] }
            return solveLinear(&shifted, &right)
        }
        let sent = matrices.indices.map { agent in
            y.indices.map { solutions[agent][$0] + duals[agent][$0] / penalty }
        }
        y = y.indices.map { index in sent.reduce(0) { $0 + $1[index] } / Double(sent.count) }
        for agent in matrices.indices {
            for index in y.indices { duals[agent][index] += penalty * (solutions[agent][index] - y[index]) }
        }
        return sent
    }

    /// (Σ H_i)⁻¹ Σ g_i.
    var solution: [Double] {
        var sum = y.indices.map { row in y.indices.map { column in matrices.reduce(0) { $0 + $1[row][column] } } }
        var right = y.indices.map { index in gradients.reduce(0) { $0 + $1[index] } }
        return solveLinear(&sum, &right)
    }

    /// y_iᵀ H_i y_i.
    func curvature(_ agent: Int) -> Double { dot(solutions[agent], matrices[agent].map { dot($0, solutions[agent]) }) }
}

extension EstimatorHarness {
    /// Puts y where the gateway's would come to.
    func agree(on y: [Double]) { estimator.agreed.set(y) }
    func follow() { estimator.followAgreement() }
    mutating func adopt(penalty: Double) { estimator.adopt(penalty: Float(penalty)) }
    var curvature: Double { Double(estimator.curvature) }
    var dual: [Double] { estimator.consensus?.dual.doubles ?? [] }
    var solution: [Double] { estimator.natural?.solution.doubles ?? [] }

    /// Solves again with the batch at hand.
    mutating func refine() -> [Double] {
        estimator.refine()
        while !estimator.advance(policy: &policy) {}
        return estimator.gradient.doubles
    }
}

@Suite("A natural gradient that agents agree on")
struct ConsensusTests {
    static let shapesUsed = [shapes[0], shapes[4], shapes[5]]
    // Sizes that let conjugate gradients converge in single precision.
    static let natural = NaturalGradientSettings(iterations: 60, damping: 0.3, sampleStride: 2)

    static func settings(_ estimator: EstimatorSettings.Estimator = .rewardToGo) -> EstimatorSettings {
        EstimatorSettings(
            estimator: estimator, discount: 0.9, baseline: .none, direction: .consensus, natural: natural)
    }

    @Test(
        "three agents solve, round by round, what dense matrices say, and come to (Σ H)⁻¹ Σ g", arguments: shapesUsed)
    func converges(shape: PolicySpecification) throws {
        let seed = propertySeed("consensus")
        let penalty = 0.4, steps = 61
        var first = try EstimatorHarness(shape, Self.settings(), steps: steps, seed: seed)
        var second = try EstimatorHarness(shape, Self.settings(), steps: steps, seed: seed)
        var third = try EstimatorHarness(shape, Self.settings(), steps: steps, seed: seed)
        let batches = (0..<3).map { _ in first.batch(steps, episodeLength: 10...20) }
        let reference = first.reference
        let zeros = [Double](repeating: 0, count: shape.parameterCount)
        var dense = DenseConsensus(
            batches.map { NaturalGradientTests.fisher(reference, $0, Self.natural).0 },
            batches.map { ReferenceEstimator(settings: Self.settings()).gradient(reference, $0) },
            penalty: penalty, y: zeros, duals: [zeros, zeros, zeros])

        first.adopt(penalty: penalty)
        second.adopt(penalty: penalty)
        third.adopt(penalty: penalty)
        var sent = [first.run(batches[0]), second.run(batches[1]), third.run(batches[2])]
        let start = relativeDistance(zeros, dense.solution)
        for round in 0..<80 {
            let expected = dense.round()
            let own = [first.solution, second.solution, third.solution]
            for agent in 0..<3 {
                let what = "seed \(seed), round \(round), agent \(agent)"
                #expect(relativeDistance(own[agent], dense.solutions[agent]) < 5e-3, "\(what)")
                #expect(relativeDistance(sent[agent], expected[agent]) < 5e-3, "\(what)")
            }
            let curvature = first.curvature
            #expect(abs(curvature / dense.curvature(0) - 1) < 0.02, "seed \(seed), round \(round)")
            let y = zeros.indices.map { index in sent.reduce(0) { $0 + $1[index] } / 3 }
            first.agree(on: y)
            second.agree(on: y)
            third.agree(on: y)
            first.follow()
            second.follow()
            third.follow()
            if round == 79 { #expect(relativeDistance(y, dense.solution) < 0.02 * start, "seed \(seed)") }
            let duals = [first.dual, second.dual, third.dual]
            let sum = zeros.indices.map { index in duals.reduce(0) { $0 + $1[index] } }
            #expect(norm(sum) < 1e-4 * (1 + norm(duals[0])), "Σ λ = 0 after every round that all were in")
            sent = [first.refine(), second.refine(), third.refine()]
        }
    }

    @Test("from any duals and any y, one agent's solution is the dense one, in every form of the estimator",
        arguments: [EstimatorSettings.Estimator.rewardToGo, .gae, .streaming])
    func warmStart(estimator: EstimatorSettings.Estimator) throws {
        let seed = propertySeed("consensus, warm")
        let shape = shapes[0], steps = 60, penalty = 0.2
        var settings = Self.settings(estimator)
        settings.normalisesAdvantages = false
        var harness = try EstimatorHarness(shape, settings, steps: steps, seed: seed)
        var generator = RandomGenerator(seed: seed)
        let batch = harness.batch(steps, episodeLength: 10...20)
        let y = generator.normals(shape.parameterCount), before = generator.normals(shape.parameterCount)
        harness.adopt(penalty: penalty)
        harness.agree(on: before)
        _ = harness.run(batch)
        harness.agree(on: y)
        harness.follow()
        let dual = harness.dual
        #expect(norm(dual) > 0)
        let sent = harness.run(batch), own = harness.solution
        var matrix = NaturalGradientTests.fisher(harness.reference, batch, Self.natural).0
        for index in y.indices { matrix[index][index] += penalty }
        let gradient = ReferenceEstimator(settings: settings).gradient(harness.reference, batch)
        var right = y.indices.map { gradient[$0] - dual[$0] + penalty * y[$0] }
        let solution = solveLinear(&matrix, &right)
        #expect(relativeDistance(own, solution) < 5e-3, "seed \(seed)")
        #expect(relativeDistance(sent, y.indices.map { solution[$0] + dual[$0] / penalty }) < 5e-3, "seed \(seed)")
    }

    @Test("an agent whose gradient is zero solves what the others agree on like everybody")
    func zeroGradient() throws {
        let shape = shapes[0], steps = 60, penalty = 0.2
        var harness = try EstimatorHarness(shape, Self.settings(), steps: steps, seed: 9)
        var generator = RandomGenerator(seed: 9)
        var batch = harness.batch(steps, episodeLength: 10...20)
        for index in batch.indices { batch[index].reward = 0 }
        harness.adopt(penalty: penalty)
        #expect(norm(harness.run(batch)) == 0)
        let y = generator.normals(shape.parameterCount)
        harness.agree(on: y)
        harness.follow()
        let dual = harness.dual
        _ = harness.refine()
        var matrix = NaturalGradientTests.fisher(harness.reference, batch, Self.natural).0
        for index in y.indices { matrix[index][index] += penalty }
        var right = y.indices.map { penalty * y[$0] - dual[$0] }
        #expect(relativeDistance(harness.solution, solveLinear(&matrix, &right)) < 5e-3)
    }

    @Test("a gradient that is no number shows in what would be sent")
    func notFinite() throws {
        var harness = try EstimatorHarness(shapes[0], Self.settings(), steps: 20, seed: 5)
        var batch = harness.batch(20, episodeLength: 5...5)
        batch[3].reward = .nan
        let broken = harness.run(batch)
        #expect(broken.contains { !$0.isFinite })
        batch[3].reward = 0
        let whole = harness.run(batch)
        #expect(whole.allSatisfy { $0.isFinite }, "the next batch starts afresh")
    }

    @Test("settings that a gate would need go not together with it")
    func conflict() {
        var settings = Self.settings()
        #expect(settings.conflict == nil)
        settings.noiseChunks = 2
        #expect(settings.conflict != nil)
        settings.noiseChunks = 0
        settings.reevaluates = true
        #expect(settings.conflict != nil)
    }
}
