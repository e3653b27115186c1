import Aggregation
import Bounded
import Testing

/// Rennala NIGT's and Malenia NIGT's outer loop as algorithm 1 writes it, with θ before kept; plain doubles.
struct CollectingReference {
    var theta: [Double]
    var before: [Double]
    var direction: [Double]?
    let eta: Double
    let alpha: Double

    init(theta: [Double], eta: Double, alpha: Double) {
        self.theta = theta
        before = theta
        self.eta = eta
        self.alpha = alpha
    }

    /// Where the next round samples.
    var samplingPoint: [Double] { zip(theta, before).map { $0 + (1 - eta) / eta * ($0 - $1) } }

    mutating func step(_ gradient: [Double]) {
        let old = direction
        let next = gradient.indices.map { j in
            old.map { (1 - eta) * $0[j] + eta * gradient[j] } ?? gradient[j]
        }
        direction = next
        let norm = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
        before = theta
        for j in theta.indices { theta[j] += alpha * next[j] / norm }
    }

    /// Σ of all gradients over their number, or the mean of the learners' means.
    static func aggregate(_ gradients: [[[Double]]], isMalenia: Bool) -> [Double] {
        let count = gradients[0][0].count
        let all = gradients.flatMap { $0 }
        return (0..<count).map { j in
            guard isMalenia else { return all.reduce(0) { $0 + $1[j] } / Double(all.count) }
            let means = gradients.map { own in own.reduce(0) { $0 + $1[j] } / Double(own.count) }
            return means.reduce(0, +) / Double(means.count)
        }
    }
}

@Suite("Rules that collect")
struct CollectingRuleTests {
    static func step(_ eta: Double, _ alpha: Double) -> AFedPGSettings {
        var step = AFedPGSettings()
        step.momentum = .constant(eta)
        step.stepSize = .constant(alpha)
        return step
    }

    @Test(
        "agree with algorithm 1 over single gradients to 1e-6 over 100 rounds, whoever made how many",
        arguments: 1...2, [false, true])
    func agreesWithTheReference(seed: Int, isMalenia: Bool) throws {
        var generator = RandomGenerator(seed: UInt64(seed))
        let count = 37
        let initial = (0..<count).map { _ in Float(generator.normal()) }
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try RoundRule(
            parameterCount: count,
            settings: .collecting(
                isMalenia ? .malenia(batches: 40) : .rennala(batches: 40), step: Self.step(0.1, 0.05)),
            arena: &arena)
        rule.start(from: leakedVector(initial))
        var reference = CollectingReference(theta: initial.map(Double.init), eta: 0.1, alpha: 0.05)
        for _ in 0..<100 {
            // Whole numbers of 2⁻⁸, so that the means of learners are exact in single precision.
            let gradients = (0..<5).map { learner in
                (0..<(1 << generator.below(4))).map { _ in
                    (0..<count).map { _ in (generator.normal() * 256 + Double(learner)).rounded() / 256 }
                }
            }
            for own in gradients {
                let mean = (0..<count).map { j in Float(own.reduce(0) { $0 + $1[j] } / Double(own.count)) }
                guard case .added = rule.add(leakedVector(mean), batches: UInt32(own.count)) else {
                    Issue.record("seed \(seed): a gradient refused")
                    return
                }
            }
            let update = rule.closeRound()
            #expect(update.delay == 0 && update.learners == 1)
            #expect(abs(update.stepLength - 0.05) < 1e-12)
            reference.step(CollectingReference.aggregate(gradients, isMalenia: isMalenia))
        }
        #expect(relativeError(Array(rule.parameters), reference.theta) < 1e-6, "seed \(seed)")
        #expect(relativeError(Array(rule.lookahead), reference.samplingPoint) < 1e-6, "seed \(seed)")
        #expect(relativeError(Array(rule.direction), reference.direction ?? []) < 1e-6, "seed \(seed)")
    }

    @Test("the first step goes along the mean of the first round: d₀ is what M_init gradients say")
    func start() throws {
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try RoundRule(
            parameterCount: 2, settings: .collecting(.rennala(batches: 4), step: Self.step(0.1, 1)), arena: &arena)
        rule.start(from: leakedVector([0, 0]))
        _ = rule.add(leakedVector([3, 4]), batches: 2)
        _ = rule.closeRound()
        #expect(Array(rule.direction) == [3, 4])
        #expect(relativeError(Array(rule.parameters), [0.6, 0.8]) < 1e-15)
    }

    @Test("a learner that claims more gradients than a round has weighs as much as a whole round")
    func boundedWeight() throws {
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try RoundRule(
            parameterCount: 2, settings: .collecting(.rennala(batches: 4), step: Self.step(1, 1)), arena: &arena)
        rule.start(from: leakedVector([0, 0]))
        _ = rule.add(leakedVector([1, 0]), batches: 65_536)
        _ = rule.add(leakedVector([0, 1]), batches: 4)
        _ = rule.closeRound()
        #expect(Array(rule.direction) == [0.5, 0.5])
        _ = rule.add(leakedVector([1, 0]), batches: 65_536)
        rule.abandonRound()
        _ = rule.add(leakedVector([0, 3]), batches: 1)
        _ = rule.closeRound()
        #expect(Array(rule.direction) == [0, 3], "a round that was given up leaves no weight behind")
    }

    @Test("Rennala counts gradients, Malenia their harmonic mean", arguments: 1...3)
    func conditions(seed: Int) {
        var generator = RandomGenerator(seed: UInt64(seed))
        for _ in 0..<2_000 {
            let counts = (0..<(1 + generator.below(8))).map { _ in generator.below(9) }
            let wanted = UInt64(1 + generator.below(40))
            var count = RoundCount()
            for made in counts { count.add(batches: UInt64(made)) }
            #expect(count.isEnough(for: .rennala(batches: wanted)) == (counts.reduce(0, +) >= Int(wanted)))
            let n = Double(counts.count)
            let inverse = counts.reduce(0.0) { $0 + ($1 == 0 ? .infinity : 1 / Double($1)) }
            // Away from the edge, where rounding decides.
            let (left, right) = (1 / (inverse / n), Double(wanted) / n)
            guard abs(left - right) > 1e-9 else { continue }
            #expect(count.isEnough(for: .malenia(batches: wanted)) == (left >= right), "\(counts), M = \(wanted)")
        }
    }

    @Test("the first round has a number of its own")
    func firstRound() {
        var settings = RoundRuleSettings.collecting(.rennala(batches: 20), batchesInitial: 50, step: AFedPGSettings())
        #expect(settings.gathering(inRound: 0) == .rennala(batches: 50))
        #expect(settings.gathering(inRound: 1) == .rennala(batches: 20))
        #expect(settings.isUsable)
        settings.averages = false
        #expect(!settings.isUsable)
        #expect(!RoundRuleSettings.collecting(.malenia(batches: 0), step: AFedPGSettings()).isUsable)
    }
}
