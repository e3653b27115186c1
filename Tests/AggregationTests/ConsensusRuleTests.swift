import Aggregation
import Bounded
import Testing

/// The gateway's side of FedNPG-ADMM as it is written: y is the mean, and every J-th round moves θ along it.
struct ConsensusReference {
    var theta: [Double]
    var y: [Double]
    let rounds: Int
    let stepSize: (Int) -> Double
    /// 0: η y; 1: of unit length; 2: of unit length in the Fisher metric.
    let scaling: Int
    var version = 0
    var sinceStep = 0

    mutating func round(_ sent: [[Double]], curvatures: [Double]) {
        let count = Double(sent.count)
        for j in y.indices { y[j] = sent.reduce(0) { $0 + $1[j] } / count }
        sinceStep += 1
        if sinceStep == rounds {
            sinceStep = 0
            let length =
                switch scaling {
                case 1: y.reduce(0) { $0 + $1 * $1 }.squareRoot()
                case 2: (curvatures.reduce(0, +) / count).squareRoot()
                default: 1.0
                }
            for j in theta.indices { theta[j] += stepSize(version) / length * y[j] }
        }
        version += 1
    }
}

@Suite("Rounds of agreement")
struct ConsensusRuleTests {
    static func settings(rounds: Int, scaling: Int) -> RoundRuleSettings {
        var consensus = ConsensusSettings()
        consensus.rounds = rounds
        consensus.metric = scaling == 1 ? .euclidean : .fisher
        return .fednpgADMM(
            consensus, stepSize: .linear(0.05, horizon: 100, finalFraction: 0.1), normalises: scaling > 0,
            gradientNorm: GradientNormSettings())
    }

    @Test(
        "agrees with its lines written down plainly, to 1e-12 over 200 rounds, with inner rounds and without",
        arguments: [1, 2, 5], [0, 1, 2])
    func agrees(rounds: Int, scaling: Int) throws {
        let seed = UInt64.random(in: 1...99_999)
        print("consensus rule: seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        let count = 37
        let initial = RoundRuleTests.gradient(count, &generator)
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try RoundRuleTests.makeRule(
            Self.settings(rounds: rounds, scaling: scaling), initial: initial, arena: &arena)
        var reference = ConsensusReference(
            theta: initial.map(Double.init), y: [Double](repeating: 0, count: count), rounds: rounds,
            stepSize: { $0 >= 100 ? 0.005 : 0.05 + (0.005 - 0.05) * Double($0) / 100 }, scaling: scaling)
        for round in 0..<200 {
            let learners = 1 + generator.below(5)
            let sent = (0..<learners).map { _ in RoundRuleTests.gradient(count, &generator) }
            let curvatures = (0..<learners).map { _ in Float(generator.uniform(0.1, 3)) }
            for learner in 0..<learners {
                let arrival = rule.add(leakedVector(sent[learner]), curvature: curvatures[learner])
                guard case .added = arrival else {
                    Issue.record("refused: \(arrival)")
                    return
                }
            }
            let before = Array(rule.parameters)
            let update = rule.closeRound()
            reference.round(sent.map { $0.map(Double.init) }, curvatures: curvatures.map(Double.init))
            let (theta, y, refines) = (Array(rule.parameters), Array(rule.direction), rule.refines)
            #expect(Array(rule.lookahead) == theta, "agents sample at θ")
            #expect(update.version.number == UInt64(round + 1) && update.delay == 0 && !update.isHeld)
            let isInner = (round + 1) % rounds != 0
            #expect(refines == isInner)
            if isInner { #expect(theta == before && update.stepLength == 0) }
            for j in 0..<count {
                #expect(abs(theta[j] - reference.theta[j]) < 1e-12, "seed \(seed), round \(round)")
                #expect(abs(y[j] - reference.y[j]) < 1e-12, "seed \(seed), round \(round)")
            }
        }
    }

    @Test("goes on after a restart between inner rounds as if there had been none", arguments: 0..<5)
    func restart(after rounds: Int) throws {
        var generator = RandomGenerator(seed: 9)
        let settings = Self.settings(rounds: 3, scaling: 2)
        let initial = RoundRuleTests.gradient(12, &generator)
        var arena = try Arena(limitBytes: 1 << 20)
        var one = try RoundRuleTests.makeRule(settings, initial: initial, arena: &arena)
        var two = try RoundRuleTests.makeRule(settings, initial: initial, arena: &arena)
        let sent = (0..<8).map { _ in RoundRuleTests.gradient(12, &generator) }
        for round in 0..<8 {
            if round == rounds {
                let state = try arena.reserve(Double.self, count: one.stateCount, holder: "state")
                one.write(state: state)
                let fits = two.restore(
                    parameters: one.parameters, direction: one.direction, state: UnsafeBufferPointer(state),
                    version: one.version)
                #expect(fits)
            }
            _ = one.add(leakedVector(sent[round]), curvature: 2)
            _ = one.closeRound()
            guard round >= rounds else { continue }
            _ = two.add(leakedVector(sent[round]), curvature: 2)
            _ = two.closeRound()
            let (left, right) = (Array(one.parameters), Array(two.parameters))
            let (leftY, rightY) = (Array(one.direction), Array(two.direction))
            let same = one.refines == two.refines
            #expect(left == right && leftY == rightY && same)
        }
    }

    @Test("a direction means nothing to the other rules, and theirs nothing to this one")
    func otherRules() throws {
        var generator = RandomGenerator(seed: 4)
        let initial = RoundRuleTests.gradient(5, &generator)
        var arena = try Arena(limitBytes: 1 << 20)
        let own = Self.settings(rounds: 4, scaling: 0)
        let others = RoundRuleSettings.fedpg(AFedPGSettings())
        for (from, to) in [(own, others), (others, own)] {
            var before = try RoundRuleTests.makeRule(from, initial: initial, arena: &arena)
            var after = try RoundRuleTests.makeRule(to, initial: initial, arena: &arena)
            _ = before.add(leakedVector(RoundRuleTests.gradient(5, &generator)))
            _ = before.closeRound()
            let state = try arena.reserve(Double.self, count: before.stateCount, holder: "state")
            before.write(state: state)
            let fits = after.restore(
                parameters: before.parameters, direction: before.direction, state: UnsafeBufferPointer(state),
                version: before.version)
            let (y, theta, expected) = (Array(after.direction), Array(after.parameters), Array(before.parameters))
            let refines = after.refines
            #expect(fits && theta == expected)
            #expect(y.allSatisfy { $0 == 0 } && !refines)
        }
    }

    @Test("settings that would not take every vector whole are not usable")
    func usable() {
        let settings = Self.settings(rounds: 2, scaling: 2)
        #expect(settings.isUsable)
        var clipped = settings
        clipped.step.gradientNorm.clip = .fixed
        #expect(!clipped.isUsable)
        var robust = settings
        robust.robust.combination = .median
        #expect(!robust.isUsable)
        var collecting = settings
        collecting.gathering = .rennala(batches: 4)
        #expect(!collecting.isUsable)
        var summed = settings
        summed.averages = false
        #expect(!summed.isUsable)
        var endless = settings
        endless.consensus?.rounds = 0
        #expect(!endless.isUsable)
        var free = settings
        free.consensus?.penalty = 0
        #expect(!free.isUsable)
    }
}
