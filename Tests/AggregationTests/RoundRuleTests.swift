import Aggregation
import Bounded
import Testing

/// LAPG's controller as its algorithm box writes it, with the aggregate as a recursion over innovations; plain doubles.
struct LAPGReference {
    var theta: [Double]
    /// ∇ of the last round.
    var aggregate: [Double]
    /// What each learner uploaded last.
    var uploaded: [[Double]]
    let stepSize: (Int) -> Double
    var round = 0

    init(theta: [Double], learners: Int, stepSize: @escaping (Int) -> Double) {
        self.theta = theta
        aggregate = theta.map { _ in 0 }
        uploaded = (0..<learners).map { _ in theta.map { _ in 0 } }
        self.stepSize = stepSize
    }

    /// One round: a fresh gradient of each learner that uploads, nil of each that does not. Gradients are ascended.
    mutating func step(_ fresh: [[Double]?]) {
        for (learner, gradient) in fresh.enumerated() {
            guard let gradient else { continue }
            for j in theta.indices { aggregate[j] += gradient[j] - uploaded[learner][j] }
            uploaded[learner] = gradient
        }
        for j in theta.indices { theta[j] += stepSize(round) * aggregate[j] }
        round += 1
    }
}

@Suite("Rounds")
struct RoundRuleTests {
    static func makeRule(
        _ settings: RoundRuleSettings, initial: [Float], arena: inout Arena
    ) throws -> RoundRule {
        var rule = try RoundRule(parameterCount: initial.count, settings: settings, arena: &arena)
        rule.start(from: leakedVector(initial))
        return rule
    }

    static func gradient(_ count: Int, _ generator: inout RandomGenerator, scale: Double = 1) -> [Float] {
        (0..<count).map { _ in Float(generator.normal() * scale) }
    }

    @Test("agrees with LAPG's recursion over innovations to 1e-10 over 500 rounds, whoever skips", arguments: 1...3)
    func agreesWithTheRecursion(seed: Int) throws {
        var generator = RandomGenerator(seed: UInt64(seed))
        let (count, learners) = (101, 5)
        let initial = Self.gradient(count, &generator)
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(
            .lapg(
                stepSize: .linear(0.01, horizon: 400, finalFraction: 0.1), gradientNorm: GradientNormSettings()),
            initial: initial, arena: &arena)
        var reference = LAPGReference(theta: initial.map(Double.init), learners: learners) { k in
            k >= 400 ? 0.001 : 0.01 + (0.001 - 0.01) * Double(k) / 400
        }
        var mirrors = (0..<learners).map { _ in [Float](repeating: 0, count: count) }
        for round in 0..<500 {
            let fresh = (0..<learners).map { learner -> [Float]? in
                // Learners differ in scale by a factor of a thousand, and everybody uploads in the first round.
                round > 0 && generator.below(3) > 0
                    ? nil : Self.gradient(count, &generator, scale: [30, 3, 0.3, 1, 0.03][learner])
            }
            for learner in 0..<learners {
                if let gradient = fresh[learner] { mirrors[learner] = gradient }
                guard case .added = rule.add(leakedVector(mirrors[learner])) else {
                    Issue.record("seed \(seed): a gradient refused")
                    return
                }
            }
            let update = rule.closeRound()
            reference.step(fresh.map { $0?.map(Double.init) })
            #expect(update.version.number == UInt64(round + 1) && update.delay == 0 && update.learners == learners)
            let norm = reference.aggregate.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(update.directionNorm - norm) <= 1e-10 * norm, "seed \(seed), round \(round)")
            #expect(abs(update.learnerNorm * Double(learners) - norm) <= 1e-10 * norm)
            #expect(abs(update.stepLength - reference.stepSize(round) * norm) <= 1e-10 * norm)
        }
        #expect(relativeError(Array(rule.parameters), reference.theta) < 1e-10, "seed \(seed)")
        #expect(Array(rule.lookahead) == Array(rule.parameters), "agents sample at θ itself")
        #expect(relativeError(Array(rule.direction), reference.aggregate) < 1e-10, "seed \(seed)")
    }

    @Test("FedPG's step is AFedPG's with the mean of the round, delay 0")
    func meanOfARound() throws {
        var generator = RandomGenerator(seed: 7)
        let count = 40
        let initial = Self.gradient(count, &generator)
        var settings = AFedPGSettings()
        settings.stepSize = .constant(0.05)
        settings.momentum = .constant(0.3)
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(.fedpg(settings), initial: initial, arena: &arena)
        var reference = BoxReference(theta: initial.map(Double.init), stepSize: { _ in 0.05 }, momentum: { _ in 0.3 })
        for round in 0..<100 {
            let gradients = (0..<(1 + round % 6)).map { _ in Self.gradient(count, &generator) }
            for gradient in gradients { _ = rule.add(leakedVector(gradient)) }
            let update = rule.closeRound()
            #expect(update.learners == 1)
            reference.step(
                (0..<count).map { j in gradients.reduce(0) { $0 + Double($1[j]) } / Double(gradients.count) },
                base: round)
        }
        #expect(relativeError(Array(rule.parameters), reference.theta) < 1e-12)
        #expect(relativeError(Array(rule.lookahead), reference.thetaTilde) < 1e-12)
    }

    @Test("what is refused is not in the step, and a round given up leaves nothing behind")
    func refusals() throws {
        var norms = GradientNormSettings()
        norms.limit = 10
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(
            .lapg(stepSize: .constant(1), gradientNorm: norms), initial: [0, 0], arena: &arena)
        #expect(rule.add(leakedVector([5, 0])) == .added(norm: 5, scale: 1))
        rule.abandonRound()
        #expect(rule.add(leakedVector([1, 0])) == .added(norm: 1, scale: 1))
        #expect(rule.add(leakedVector([11, 0])) == .refused(.normTooLarge))
        #expect(rule.add(leakedVector([.nan, 0])) == .refused(.notFinite))
        #expect(rule.add(leakedVector([0, 2])) == .added(norm: 2, scale: 1))
        _ = rule.closeRound()
        #expect(Array(rule.parameters) == [1, 2])
    }

    @Test("each learner's gradient is shortened by itself, before the sum")
    func clips() throws {
        var norms = GradientNormSettings()
        norms.clip = .fixed
        norms.clipNorm = 1
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(
            .lapg(stepSize: .constant(1), gradientNorm: norms), initial: [0, 0], arena: &arena)
        #expect(rule.add(leakedVector([4, 0])) == .added(norm: 4, scale: 0.25))
        #expect(rule.add(leakedVector([0, 0.5])) == .added(norm: 0.5, scale: 1))
        _ = rule.closeRound()
        #expect(Array(rule.parameters) == [1, 0.5])
    }

    @Test("many gradients at the limit make a long step, not a stuck or broken round")
    func longSum() throws {
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(
            .lapg(stepSize: .constant(1), gradientNorm: GradientNormSettings()), initial: [0], arena: &arena)
        for _ in 0..<3 { #expect(rule.add(leakedVector([9e14])) == .added(norm: Double(Float(9e14)), scale: 1)) }
        #expect(rule.closeRound().version.number == 1)
        #expect(rule.parameters[0] < 1e15)
        #expect(rule.closeRound().stepLength == 0, "a round without gradients moves nothing")
    }

    @Test("a round in which every gate stayed shut makes a version and moves nothing, with momentum behind it too")
    func emptyRound() throws {
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(.fedpg(AFedPGSettings()), initial: [0, 0], arena: &arena)
        _ = rule.add(leakedVector([3, 4]))
        _ = rule.closeRound()
        let before = (Array(rule.parameters), Array(rule.lookahead), Array(rule.direction))
        #expect(before.0 != [0, 0])
        let update = rule.closeRound()
        #expect(update.version.number == 2 && update.stepLength == 0 && update.directionNorm == 0)
        #expect((Array(rule.parameters), Array(rule.lookahead), Array(rule.direction)) == before)
    }

    @Test("a snapshot between rounds continues bit for bit; one within a round continues without it")
    func restarts() throws {
        var generator = RandomGenerator(seed: 11)
        var settings = AFedPGSettings()
        settings.gradientNorm.clip = .quantile
        var arena = try Arena(limitBytes: 1 << 22)
        let initial = Self.gradient(33, &generator)
        var rule = try ServerRule(parameterCount: 33, settings: .rounds(.fedpg(settings)), arena: &arena)
        rule.start(from: leakedVector(initial))
        for _ in 0..<20 {
            for _ in 0..<4 { _ = rule.add(leakedVector(Self.gradient(33, &generator))) }
            _ = rule.closeRound()
        }
        var other = try ServerRule(parameterCount: 33, settings: .rounds(.fedpg(settings)), arena: &arena)
        // What the other held of a round must not matter.
        _ = other.add(leakedVector(Self.gradient(33, &generator)))
        var numbers = [Double](repeating: 0, count: rule.stateCount)
        numbers.withUnsafeMutableBufferPointer { rule.write(state: $0) }
        let state = rule.state
        let isRestored = numbers.withUnsafeBufferPointer {
            other.restore(
                parameters: state.parameters, direction: state.direction, state: $0, version: state.version)
        }
        #expect(isRestored)
        for _ in 0..<20 {
            for _ in 0..<4 {
                let gradient = leakedVector(Self.gradient(33, &generator))
                #expect(rule.add(gradient) == other.add(gradient))
            }
            #expect(rule.closeRound() == other.closeRound())
        }
        #expect(Array(rule.state.parameters) == Array(other.state.parameters))
        #expect(Array(rule.state.samplingPoint) == Array(other.state.samplingPoint))
    }
}
