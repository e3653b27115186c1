import Aggregation
import Bounded
import Foundation
import Testing

@Suite("The rules that take gradients as they come")
struct ArrivalRuleTests {
    static func makeRule(
        _ settings: ArrivalRuleSettings, initial: [Float], arena: inout Arena
    ) throws -> ArrivalRule {
        var rule = try ArrivalRule(parameterCount: initial.count, settings: settings, arena: &arena)
        rule.start(from: leakedVector(initial))
        return rule
    }

    /// A rule of the product, and one step of the reference.
    struct Pair: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let settings: ArrivalRuleSettings
        let step: @Sendable (inout ArrivalReference, [Double], Int) -> Void
    }

    static let schedule = Schedule.harmonic(0.3, horizon: 150)

    static func eta(_ version: Int) -> Double { 0.3 * 150 / (150 + Double(version)) }

    static func polynomial(_ delay: Int) -> Double { pow(1 + Double(delay), -0.7) }

    static let pairs: [Pair] = {
        var late = StalenessWeight()
        late.exponent = 0.7
        var hinge = StalenessWeight()
        hinge.kind = .hinge
        hinge.cutoff = 2
        hinge.slope = 0.5
        var typical = late
        typical.typical = 2
        return [
            Pair(testDescription: "a3c, plain", settings: .a3c(stepSize: schedule, scaling: .plain)) {
                $0.plain($1, eta: eta($0.arrivals))
                _ = $2
            },
            Pair(
                testDescription: "a3c, RMSProp",
                settings: .a3c(stepSize: schedule, scaling: .rmsProp, decay: 0.9, epsilon: 0.01)
            ) {
                $0.rmsProp($1, eta: eta($0.arrivals), alpha: 0.9, epsilon: 0.01)
                _ = $2
            },
            Pair(
                testDescription: "fedasync, polynomial",
                settings: .fedAsync(stepSize: schedule, mixing: 0.6, staleness: late)
            ) { $0.fedAsync($1, base: $2, eta: eta($0.arrivals), alpha: 0.6, s: polynomial) },
            Pair(
                testDescription: "fedasync, hinge",
                settings: .fedAsync(stepSize: schedule, mixing: 0.9, staleness: hinge)
            ) {
                $0.fedAsync($1, base: $2, eta: eta($0.arrivals), alpha: 0.9) {
                    $0 <= 2 ? 1 : 1 / (0.5 * Double($0 - 2) + 1)
                }
            },
            Pair(
                testDescription: "fedbuff, K = 10", settings: .fedBuff(stepSize: schedule, staleness: late)
            ) { $0.fedBuff($1, base: $2, eta: eta($0.arrivals), length: 10, s: polynomial) },
            Pair(
                testDescription: "fedbuff, K = 3, weights divided by that of a delay of 2",
                settings: .fedBuff(stepSize: schedule, length: 3, staleness: typical)
            ) {
                $0.fedBuff($1, base: $2, eta: eta($0.arrivals), length: 3) { polynomial($0) / polynomial(2) }
            },
        ]
    }()

    @Test("agree with a plain reference to 1e-12 over 400 arrivals with delays up to 16", arguments: pairs)
    func agree(pair: Pair) throws {
        let seed: UInt64 = 20_190_310
        var generator = RandomGenerator(seed: seed)
        let count = 203
        let initial = (0..<count).map { _ in Float(generator.normal()) }
        var arena = try Arena(limitBytes: 1 << 20)
        var rule = try Self.makeRule(pair.settings, initial: initial, arena: &arena)
        var exact = try Self.makeRule(pair.settings, initial: initial, arena: &arena)
        var reference = ArrivalReference(initial.map(Double.init))
        var largestDelay = 0
        for arrival in 0..<400 {
            let delay = min(arrival, generator.below(17))
            largestDelay = max(largestDelay, delay)
            let gradient = (0..<count).map { _ in Float(generator.normal()) }
            let base = PolicyVersion(UInt64(arrival - delay))
            let outcome = rule.apply(gradient: leakedVector(gradient), baseVersion: base)
            let wide = gradient.map(Double.init)
            let sameOutcome = wide.withUnsafeBufferPointer { exact.apply(gradient: $0, baseVersion: base) }
            pair.step(&reference, wide, arrival - delay)
            guard case .applied(let update) = outcome, case .applied = sameOutcome else {
                Issue.record("arrival \(arrival) was refused: \(outcome), seed \(seed)")
                return
            }
            #expect(update.delay == UInt64(delay))
            #expect(update.isHeld == (reference.stepOfVersion[arrival + 1] == reference.stepOfVersion[arrival]))
            let errors = [
                relativeError(Array(rule.parameters), reference.theta),
                relativeError(Array(exact.parameters), reference.theta),
            ]
            guard errors.allSatisfy({ $0 < 1e-12 }) else {
                Issue.record("arrival \(arrival): relative errors \(errors) of θ, seed \(seed)")
                return
            }
        }
        #expect(rule.version == PolicyVersion(400))
        #expect(largestDelay == 16, "a run without delays shows nothing")
    }

    @Test("report how far θ moved", arguments: pairs)
    func stepLength(pair: Pair) throws {
        var generator = RandomGenerator(seed: 5)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(pair.settings, initial: [Float](repeating: 1, count: 19), arena: &arena)
        for _ in 0..<25 {
            let before = Array(rule.parameters)
            let gradient = (0..<19).map { _ in Float(generator.normal()) }
            let outcome = rule.apply(gradient: leakedVector(gradient), baseVersion: rule.version)
            guard case .applied(let update) = outcome else { continue }
            let moved = zip(rule.parameters, before).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            #expect(abs(update.stepLength - moved) <= 1e-12 * max(moved, 1e-3))
            #expect(update.isHeld == (moved == 0))
        }
    }

    @Test("a late gradient leaves nothing behind: a fresh one after it counts in full again")
    func alphaDoesNotShrink() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var weight = StalenessWeight()
        weight.exponent = 2
        var rule = try Self.makeRule(
            .fedAsync(stepSize: .constant(1), mixing: 0.5, staleness: weight), initial: [0], arena: &arena)
        for _ in 0..<30 { _ = rule.apply(gradient: leakedVector([0]), baseVersion: rule.version) }
        for _ in 0..<10 { _ = rule.apply(gradient: leakedVector([0]), baseVersion: .initial) }
        let before = rule.parameters[0]
        _ = rule.apply(gradient: leakedVector([3]), baseVersion: rule.version)
        #expect(rule.parameters[0] - before == 1.5)
    }

    @Test("fedasync along local progress is the published mixing of models, as long as θ has not moved since")
    func mixing() throws {
        var generator = RandomGenerator(seed: 77)
        var arena = try Arena(limitBytes: 1 << 16)
        let initial: [Float] = [1, -2, 0.5]
        var rule = try Self.makeRule(
            .fedAsync(stepSize: .constant(0.25), mixing: 0.6, staleness: .constant), initial: initial, arena: &arena)
        var reference = ArrivalReference(initial.map(Double.init))
        for _ in 0..<50 {
            let gradient = (0..<3).map { _ in Float(generator.normal()) }
            _ = rule.apply(gradient: leakedVector(gradient), baseVersion: rule.version)
            reference.mixLocalModel(gradient.map(Double.init), received: reference.theta, eta: 0.25, alpha: 0.6)
        }
        #expect(relativeError(Array(rule.parameters), reference.theta) < 1e-13)
    }

    @Test("fedbuff makes a version of every gradient, with the θ of the one before until the buffer is full")
    func buffered() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(
            .fedBuff(stepSize: .constant(1), length: 4, staleness: .constant), initial: [0], arena: &arena)
        var thetas: [Double] = []
        for value in 1...8 as ClosedRange<Int> {
            _ = rule.apply(gradient: leakedVector([Float(value)]), baseVersion: .initial)
            thetas.append(rule.parameters[0])
        }
        #expect(thetas == [0, 0, 0, 2.5, 2.5, 2.5, 2.5, 9])
        #expect(rule.version == PolicyVersion(8))
    }

    @Test("a gradient that another keeps makes a version too, and moves nothing")
    func held() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(.a3c(stepSize: .constant(1), scaling: .plain), initial: [4], arena: &arena)
        let update = rule.hold(gradientNorm: 7, baseVersion: .initial)
        #expect(update.isHeld && update.version == PolicyVersion(1) && update.gradientNorm == 7 && update.delay == 0)
        #expect(rule.parameters[0] == 4)
        let second = rule.hold(gradientNorm: 7, baseVersion: .initial)
        #expect(second.delay == 1)
    }

    @Test("change nothing for a gradient that is not finite, too long, or of a version to come", arguments: pairs)
    func refusals(pair: Pair) throws {
        var settings = pair.settings
        settings.gradientNorm.limit = 10
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try Self.makeRule(settings, initial: [1, 2], arena: &arena)
        _ = rule.apply(gradient: leakedVector([3, 4]), baseVersion: .initial)
        let before = (Array(rule.parameters), Array(rule.accumulator), rule.bufferedCount)
        let refused = [
            rule.apply(gradient: leakedVector([.nan, 4]), baseVersion: .initial),
            rule.apply(gradient: leakedVector([30, 4]), baseVersion: .initial),
            rule.apply(gradient: leakedVector([3, 4]), baseVersion: PolicyVersion(2)),
        ]
        #expect(refused == [.refused(.notFinite), .refused(.normTooLarge), .refused(.futureVersion)])
        #expect(before == (Array(rule.parameters), Array(rule.accumulator), rule.bufferedCount))
        #expect(rule.version == PolicyVersion(1))
    }

    @Test("continue bit for bit from what a store has, buffer included", arguments: pairs, [1, 4, 10, 23])
    func restart(pair: Pair, stopAfter: Int) throws {
        var settings = pair.settings
        settings.gradientNorm.clip = .quantile
        settings.gradientNorm.clipWindow = 8
        var generator = RandomGenerator(seed: 9)
        var arena = try Arena(limitBytes: 1 << 18)
        let initial = (0..<9).map { _ in Float(generator.normal()) }
        var through = try Self.makeRule(settings, initial: initial, arena: &arena)
        var again = try ArrivalRule(parameterCount: 9, settings: settings, arena: &arena)
        for arrival in 0..<40 {
            if arrival == stopAfter {
                let state = UnsafeMutableBufferPointer<Double>.allocate(capacity: through.stateCount)
                defer { state.deallocate() }
                through.write(state: state)
                let fits = again.restore(
                    parameters: UnsafeBufferPointer(through.parameters),
                    accumulator: UnsafeBufferPointer(through.accumulator), state: UnsafeBufferPointer(state),
                    version: through.version)
                #expect(fits)
            }
            let gradient = leakedVector((0..<9).map { _ in Float(generator.normal() * 3) })
            let base = PolicyVersion(UInt64(max(0, arrival - generator.below(6))))
            let outcome = through.apply(gradient: gradient, baseVersion: base)
            guard arrival >= stopAfter else { continue }
            #expect(again.apply(gradient: gradient, baseVersion: base) == outcome)
            #expect(Array(again.parameters) == Array(through.parameters))
        }
        #expect(again.version == PolicyVersion(40))
    }

    @Test("take only the policy from the snapshot of another rule, and AFedPG only that from theirs")
    func otherRule() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        let names: [ServerRule.Settings] = [
            .afedpg(AFedPGSettings()), .arrivals(.a3c(stepSize: .constant(0.1), scaling: .rmsProp)),
            .arrivals(.fedBuff(stepSize: .constant(0.1))),
        ]
        for old in names.indices {
            for new in names.indices where new != old {
                var first = try ServerRule(parameterCount: 2, settings: names[old], arena: &arena)
                first.start(from: leakedVector([1, 2]))
                for _ in 0..<3 { _ = first.apply(gradient: leakedVector([-3, 1]), baseVersion: .initial) }
                let state = try arena.reserve(Double.self, count: first.stateCount, holder: "state")
                first.write(state: state)
                var second = try ServerRule(parameterCount: 2, settings: names[new], arena: &arena)
                let fits = second.restore(
                    parameters: first.state.parameters, direction: first.state.direction,
                    state: UnsafeBufferPointer(state), version: first.state.version)
                #expect(fits)
                #expect(Array(second.state.parameters) == Array(first.state.parameters))
                #expect(Array(second.state.samplingPoint) == Array(first.state.parameters))
                #expect(Array(second.state.direction) == [0, 0], "from \(old) to \(new)")
            }
        }
    }

    @Test("vanilla is AFedPG that hands out θ itself")
    func vanilla() throws {
        var settings = AFedPGSettings()
        settings.usesLookahead = false
        settings.momentum = .constant(0.2)
        var generator = RandomGenerator(seed: 3)
        var arena = try Arena(limitBytes: 1 << 16)
        var rule = try ServerRule(parameterCount: 5, settings: .afedpg(settings), arena: &arena)
        rule.start(from: leakedVector([1, 2, 3, 4, 5]))
        var reference = BoxReference(theta: [1, 2, 3, 4, 5], stepSize: { _ in 0.02 }, momentum: { _ in 0.2 })
        reference.looksAhead = false
        for arrival in 0..<100 {
            let gradient = (0..<5).map { _ in Float(generator.normal()) }
            let base = max(0, arrival - generator.below(5))
            _ = rule.apply(gradient: leakedVector(gradient), baseVersion: PolicyVersion(UInt64(base)))
            reference.step(gradient.map(Double.init), base: base)
        }
        #expect(relativeError(Array(rule.state.parameters), reference.theta) < 1e-12)
        #expect(Array(rule.state.samplingPoint) == Array(rule.state.parameters))
    }

    @Test("settings that cannot be are said to be unusable")
    func unusable() {
        var both = ArrivalRuleSettings.fedBuff(stepSize: .constant(1))
        both.scaling = .rmsProp
        #expect(!both.isUsable)
        var none = ArrivalRuleSettings()
        none.bufferLength = 0
        #expect(!none.isUsable)
        #expect(!ArrivalRuleSettings.fedAsync(stepSize: .constant(1), mixing: 1.5, staleness: .constant).isUsable)
        #expect(!ArrivalRuleSettings.a3c(stepSize: .constant(1), scaling: .rmsProp, epsilon: 0).isUsable)
        #expect(ArrivalRuleSettings.a3c(stepSize: .constant(1), scaling: .rmsProp).isUsable)
    }
}
