import Aggregation
import Bounded
import Foundation
import Testing


@Suite("AFedPG")
struct AFedPGTests {
    /// A schedule of the product and the same as a formula.
    struct Decay: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let stepSize: Schedule
        let momentum: Schedule
        let stepSizeFormula: @Sendable (Int) -> Double
        let momentumFormula: @Sendable (Int) -> Double
    }

    static let decays = [
        Decay(
            testDescription: "constant", stepSize: .constant(0.05), momentum: .constant(0.1),
            stepSizeFormula: { _ in 0.05 }, momentumFormula: { _ in 0.1 }),
        Decay(
            testDescription: "linear", stepSize: .linear(0.05, horizon: 600, finalFraction: 0.1),
            momentum: .linear(0.9, horizon: 300, finalFraction: 0.2),
            stepSizeFormula: { k in k >= 600 ? 0.005 : 0.05 + (0.005 - 0.05) * Double(k) / 600 },
            momentumFormula: { k in k >= 300 ? 0.18 : 0.9 + (0.18 - 0.9) * Double(k) / 300 }),
        Decay(
            testDescription: "harmonic", stepSize: .harmonic(0.05, horizon: 200),
            momentum: .harmonic(0.8, horizon: 50),
            stepSizeFormula: { k in 0.05 * 200 / (200 + Double(k)) },
            momentumFormula: { k in 0.8 * 50 / (50 + Double(k)) }),
        Decay(
            testDescription: "power", stepSize: .power(0.1, exponent: 1), momentum: .power(1, exponent: 0.8),
            stepSizeFormula: { k in 0.1 * 2 / (Double(k) + 2) },
            momentumFormula: { k in pow(2 / (Double(k) + 2), 0.8) }),
    ]

    static func makeRule(
        _ settings: AFedPGSettings, initial: [Float], arena: inout Arena
    ) throws -> AFedPG {
        var rule = try AFedPG(parameterCount: initial.count, settings: settings, arena: &arena)
        rule.start(from: leakedVector(initial))
        return rule
    }

    @Test("agrees with the algorithm box to 1e-12 over 1,000 arrivals with delays up to 16", arguments: decays)
    func agreesWithTheBox(decay: Decay) throws {
        let count = 203
        let agentCount = 7
        let seed: UInt64 = 20_240_408
        var generator = RandomGenerator(seed: seed)
        let initial = (0..<count).map { _ in Float(generator.normal() * 0.1) }
        var settings = AFedPGSettings()
        settings.stepSize = decay.stepSize
        settings.momentum = decay.momentum
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(settings, initial: initial, arena: &arena)
        var reference = BoxReference(
            theta: initial.map(Double.init), stepSize: decay.stepSizeFormula, momentum: decay.momentumFormula)
        var held = [Int](repeating: 0, count: agentCount)
        var largestDelay: UInt64 = 0
        for arrival in 0..<1000 {
            // Some agents are slow; whoever would fall more than 16 behind goes first.
            let overdue = (0..<agentCount).first { arrival - held[$0] >= 16 }
            let agent = overdue ?? min(generator.below(agentCount), generator.below(agentCount))
            let gradient = (0..<count).map { _ in Float(generator.normal() * (agent == 3 ? 40 : 2)) }
            let outcome = rule.apply(
                gradient: leakedVector(gradient), baseVersion: PolicyVersion(UInt64(held[agent])))
            reference.step(gradient.map(Double.init), base: held[agent])
            guard case .applied(let applied) = outcome else {
                Issue.record("arrival \(arrival) was refused: \(outcome), seed \(seed)")
                return
            }
            #expect(applied.delay == UInt64(arrival - held[agent]))
            largestDelay = max(largestDelay, applied.delay)
            held[agent] = reference.version
            let errors = [
                relativeError(Array(rule.parameters), reference.theta),
                relativeError(Array(rule.lookahead), reference.thetaTilde),
                relativeError(Array(rule.direction), reference.d),
            ]
            guard errors.allSatisfy({ $0 < 1e-12 }) else {
                Issue.record("arrival \(arrival): relative errors \(errors) of θ, θ̃, d, seed \(seed)")
                return
            }
        }
        #expect(rule.version == PolicyVersion(1000))
        #expect(largestDelay == 16, "a run without delays shows nothing")
    }

    @Test("takes recorded gradients in double precision without rounding them")
    func doublePrecision() throws {
        var generator = RandomGenerator(seed: 8)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(AFedPGSettings(), initial: [0, 0, 0], arena: &arena)
        var reference = BoxReference(theta: [0, 0, 0], stepSize: { _ in 0.02 }, momentum: { _ in 0.3 })
        for _ in 0..<200 {
            let gradient = (0..<3).map { _ in generator.normal() }
            let base = max(0, reference.version - generator.below(4))
            let outcome = gradient.withUnsafeBufferPointer {
                rule.apply(gradient: $0, baseVersion: PolicyVersion(UInt64(base)))
            }
            reference.step(gradient, base: base)
            #expect(outcome != .refused(.notFinite))
        }
        for j in 0..<3 {
            #expect(abs(rule.direction[j] - reference.d[j]) <= 1e-13 * abs(reference.d[j]))
            #expect(abs(rule.parameters[j] - reference.theta[j]) <= 1e-12 * abs(reference.theta[j]))
        }
        let broken: [Double] = [1, .nan, 1]
        let refused = broken.withUnsafeBufferPointer { rule.apply(gradient: $0, baseVersion: .initial) }
        #expect(refused == .refused(.notFinite))
    }

    @Test("samples at θ + ((1 − α)/α)(θ − θ before), which with a constant α is (1 − α)/α step lengths ahead")
    func lookaheadIdentity() throws {
        var settings = AFedPGSettings()
        settings.stepSize = .constant(0.25)
        settings.momentum = .constant(0.1)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [1, -2, 3], arena: &arena)
        for round in 0..<20 {
            let before = Array(rule.parameters)
            let gradient = leakedVector([Float(round), 1, -0.5])
            _ = rule.apply(gradient: gradient, baseVersion: rule.version)
            var squared = 0.0
            for j in 0..<3 {
                let wanted = rule.parameters[j] + 9 * (rule.parameters[j] - before[j])
                #expect(abs(rule.lookahead[j] - wanted) < 1e-13)
                squared += (rule.lookahead[j] - rule.parameters[j]) * (rule.lookahead[j] - rule.parameters[j])
            }
            #expect(abs(squared.squareRoot() - 9 * 0.25) < 1e-12)
        }
    }

    @Test("hands out θ itself when the lookahead is off")
    func withoutLookahead() throws {
        var settings = AFedPGSettings()
        settings.usesLookahead = false
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0, 0], arena: &arena)
        for _ in 0..<5 { _ = rule.apply(gradient: leakedVector([1, 2]), baseVersion: rule.version) }
        #expect(Array(rule.lookahead) == Array(rule.parameters))
    }

    @Test("steps along d itself, without a division, when the direction is not normalised")
    func withoutNormalisation() throws {
        var settings = AFedPGSettings()
        settings.normalisesDirection = false
        settings.stepSize = .constant(0.1)
        settings.momentum = .constant(0.5)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0, 0], arena: &arena)
        var reference = BoxReference(theta: [0, 0], stepSize: { _ in 0.1 }, momentum: { _ in 0.5 })
        reference.normalises = false
        for round in 1...50 {
            _ = rule.apply(gradient: leakedVector([Float(round), -3]), baseVersion: rule.version)
            reference.step([Double(round), -3], base: reference.version)
        }
        #expect(relativeError(Array(rule.parameters), reference.theta) < 1e-13)
        #expect(relativeError(Array(rule.lookahead), reference.thetaTilde) < 1e-13)
    }

    @Test("a zero direction makes a version, and moves nothing")
    func zeroDirection() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(AFedPGSettings(), initial: [1, 2], arena: &arena)
        let outcome = rule.apply(gradient: leakedVector([0, 0]), baseVersion: .initial)
        guard case .applied(let applied) = outcome else {
            Issue.record("refused: \(outcome)")
            return
        }
        #expect(applied.version == PolicyVersion(1))
        #expect(applied.stepLength == 0)
        #expect(Array(rule.parameters) == [1, 2])
        #expect(Array(rule.lookahead) == [1, 2])
    }

    @Test("with one agent and no delay it is N-PG-IGT: θ̃, g, d, θ in turn")
    func singleAgentReduction() throws {
        // Fatkhullin et al. 2023: sample at x̃_t = x_t + ((1 − η_t)/η_t)(x_t − x_{t−1}),
        // then d_t = (1 − η_t) d_{t−1} + η_t g.
        var settings = AFedPGSettings()
        settings.stepSize = .power(0.1, exponent: 1)
        settings.momentum = .constant(0.2)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [1, 1], arena: &arena)
        func gradient(_ point: [Double]) -> [Float] { [Float(-2 * point[0]), Float(-0.5 * point[1])] }
        var x = [1.0, 1.0]
        var previous = x
        var d = [0.0, 0.0]
        for t in 1...200 {
            let ahead = (0..<2).map { x[$0] + 0.8 / 0.2 * (x[$0] - previous[$0]) }
            let g = gradient(ahead)
            d = (0..<2).map { 0.8 * d[$0] + 0.2 * Double(g[$0]) }
            let norm = (d[0] * d[0] + d[1] * d[1]).squareRoot()
            previous = x
            x = (0..<2).map { x[$0] + 0.1 * 2 / (Double(t - 1) + 2) * d[$0] / norm }

            let outcome = rule.apply(
                gradient: leakedVector(gradient(Array(rule.lookahead))), baseVersion: rule.version)
            guard case .applied(let applied) = outcome, applied.delay == 0 else {
                Issue.record("step \(t): \(outcome)")
                return
            }
            #expect(relativeError(Array(rule.parameters), x) < 1e-6)
        }
    }

    @Test("takes the first gradient as momentum when told so, whatever its base")
    func firstGradientStart() throws {
        var settings = AFedPGSettings()
        settings.momentum = .constant(0.25)
        settings.momentumStart = .firstGradient
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0, 0], arena: &arena)
        _ = rule.apply(gradient: leakedVector([8, -4]), baseVersion: .initial)
        #expect(Array(rule.direction) == [8, -4])
        _ = rule.apply(gradient: leakedVector([0, 4]), baseVersion: .initial)
        #expect(Array(rule.direction) == [6, -2])
    }

    @Test("labels α with the version that was sampled with, and η with the version that is stepped from")
    func indexConvention() throws {
        var settings = AFedPGSettings()
        settings.momentum = .linear(1, horizon: 4, finalFraction: 0.5)
        settings.stepSize = .harmonic(1, horizon: 1)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0], arena: &arena)
        // Four gradients at version 0: α = 1 each time, η = 1, 1/2, 1/3, 1/4.
        for _ in 0..<4 { _ = rule.apply(gradient: leakedVector([2]), baseVersion: .initial) }
        let wanted = 25.0 / 12
        #expect(abs(rule.parameters[0] - wanted) < 1e-14)
        #expect(rule.direction[0] == 2)
        // Version 2: α = 0.75, so d = 0.25 · 2 + 0.75 · 4.
        _ = rule.apply(gradient: leakedVector([4]), baseVersion: PolicyVersion(2))
        #expect(rule.direction[0] == 3.5)
    }

    @Test(
        "refuses what is not finite, in every place of the vector, and changes nothing",
        arguments: [0, 7, 8, 16], [Float.nan, .infinity, -.infinity])
    func notFinite(place: Int, value: Float) throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(AFedPGSettings(), initial: [Float](repeating: 1, count: 17), arena: &arena)
        _ = rule.apply(gradient: leakedVector([Float](repeating: 2, count: 17)), baseVersion: .initial)
        let before = (Array(rule.parameters), Array(rule.direction), Array(rule.lookahead))
        var gradient = [Float](repeating: 1, count: 17)
        gradient[place] = value
        let outcome = rule.apply(gradient: leakedVector(gradient), baseVersion: .initial)
        #expect(outcome == .refused(.notFinite))
        #expect(before == (Array(rule.parameters), Array(rule.direction), Array(rule.lookahead)))
        #expect(rule.version == PolicyVersion(1))
    }

    @Test("refuses a base version that does not exist yet")
    func futureVersion() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(AFedPGSettings(), initial: [1], arena: &arena)
        let outcome = rule.apply(gradient: leakedVector([1]), baseVersion: PolicyVersion(1))
        #expect(outcome == .refused(.futureVersion))
        #expect(rule.version == .initial)
    }

    @Test("refuses a gradient longer than the limit, and shortens one longer than the clip")
    func limitAndClip() throws {
        var settings = AFedPGSettings()
        settings.gradientNorm.limit = 10
        settings.gradientNorm.clip = .fixed
        settings.gradientNorm.clipNorm = 5
        settings.momentum = .constant(0.5)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0, 0], arena: &arena)
        let tooLong = rule.apply(gradient: leakedVector([6, 8.1]), baseVersion: .initial)
        #expect(tooLong == .refused(.normTooLarge))
        #expect(Array(rule.direction) == [0, 0])
        guard case .applied(let applied) = rule.apply(gradient: leakedVector([6, 8]), baseVersion: .initial) else {
            Issue.record("a gradient at the limit was refused")
            return
        }
        #expect(applied.gradientNorm == 10)
        #expect(applied.gradientScale == 0.5)
        #expect(Array(rule.direction) == [1.5, 2])
    }

    @Test("one huge gradient moves d by at most 2αc once clipped to c")
    func boundedInfluence() throws {
        var settings = AFedPGSettings()
        settings.gradientNorm.clip = .fixed
        settings.gradientNorm.clipNorm = 1
        settings.momentum = .constant(0.3)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0, 0], arena: &arena)
        for _ in 0..<50 { _ = rule.apply(gradient: leakedVector([1, 0]), baseVersion: rule.version) }
        let before = Array(rule.direction)
        _ = rule.apply(gradient: leakedVector([-1e12, 0]), baseVersion: rule.version)
        #expect(abs(rule.direction[0] - before[0]) <= 2 * 0.3 + 1e-12)
    }

    @Test("a quantile clip remembers norms as they were used, so that long gradients raise it only step by step")
    func quantileClipGrowsSlowly() throws {
        var settings = AFedPGSettings()
        settings.gradientNorm.clip = .quantile
        settings.gradientNorm.clipQuantile = 1
        settings.gradientNorm.clipMultiple = 2
        settings.gradientNorm.clipWindow = 8
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [0], arena: &arena)
        for _ in 0..<8 { _ = rule.apply(gradient: leakedVector([1]), baseVersion: rule.version) }
        for scale in [0.02, 0.04, 0.08] {
            guard case .applied(let applied) = rule.apply(gradient: leakedVector([100]), baseVersion: rule.version)
            else {
                Issue.record("a long gradient was refused")
                return
            }
            #expect(abs(applied.gradientScale - scale) < 1e-15)
        }
    }

    @Test("continues from a snapshot bit for bit", arguments: [0, 1, 37])
    func restores(applied count: Int) throws {
        var settings = AFedPGSettings()
        settings.momentum = .harmonic(0.5, horizon: 40)
        settings.momentumStart = .firstGradient
        settings.gradientNorm.clip = .quantile
        settings.gradientNorm.clipMultiple = 1.5
        settings.gradientNorm.clipWindow = 16
        var generator = RandomGenerator(seed: 11)
        let gradients = (0..<100).map { round in
            leakedVector((0..<21).map { _ in Float(generator.normal() * (round % 9 == 0 ? 30 : 1)) })
        }
        func base(_ round: Int) -> PolicyVersion { PolicyVersion(UInt64(max(0, round - round % 5))) }
        var arena = try Arena(limitBytes: 1 << 20)
        var through = try Self.makeRule(settings, initial: [Float](repeating: 0.5, count: 21), arena: &arena)
        for round in 0..<count { _ = through.apply(gradient: gradients[round], baseVersion: base(round)) }
        let state = UnsafeMutableBufferPointer<Double>.allocate(capacity: through.stateCount)
        defer { state.deallocate() }
        through.write(state: state)
        var again = try AFedPG(parameterCount: 21, settings: settings, arena: &arena)
        let fits = again.restore(
            parameters: UnsafeBufferPointer(through.parameters), direction: UnsafeBufferPointer(through.direction),
            state: UnsafeBufferPointer(state), version: through.version)
        #expect(fits)
        #expect(Array(again.lookahead) == Array(through.lookahead))
        for round in count..<100 {
            let one = through.apply(gradient: gradients[round], baseVersion: base(round))
            let other = again.apply(gradient: gradients[round], baseVersion: base(round))
            #expect(one == other)
        }
        #expect(Array(again.parameters) == Array(through.parameters))
        #expect(Array(again.lookahead) == Array(through.lookahead))
        #expect(Array(again.direction) == Array(through.direction))
    }

    @Test("refuses a snapshot of another size, or with a NaN in it")
    func badSnapshots() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(AFedPGSettings(), initial: [1, 2], arena: &arena)
        func restores(_ parameters: [Double], _ direction: [Double]) -> Bool {
            parameters.withUnsafeBufferPointer { parameters in
                direction.withUnsafeBufferPointer { direction in
                    rule.restore(
                        parameters: parameters, direction: direction, state: nil, version: PolicyVersion(3))
                }
            }
        }
        #expect(!restores([1], [1]))
        #expect(!restores([1, .nan], [1, 0]))
        #expect(!restores([1, 0], [1, .infinity]))
        #expect(rule.version == .initial)
        #expect(restores([3, 4], [0, 1]))
        #expect(Array(rule.lookahead) == [3, 4])
    }
}
