import Aggregation
import Bounded
import Foundation
import Testing

@Suite("A filter before an asynchronous rule")
struct ArrivalFilterTests {
    /// A rule of AFedPG with a filter before it, as the gateway has them.
    struct Server: ~Copyable {
        var rule: ServerRule
        var filter: ArrivalFilter
        var arena: Arena
        let scratch: Vector

        init(_ settings: ArrivalFilterSettings, rule ruleSettings: ServerRule.Settings, initial: [Float]) throws {
            var arena = try Arena(limitBytes: 1 << 22)
            let rule = try ServerRule(parameterCount: initial.count, settings: ruleSettings, arena: &arena)
            let filter = try ArrivalFilter(parameterCount: initial.count, settings: settings, arena: &arena)
            scratch = try arena.vector(initial.count, holder: "gradient")
            self.rule = rule
            self.filter = filter
            self.arena = arena
            self.rule.start(from: leakedVector(initial))
            self.filter.start(at: .initial, samplingPoint: self.rule.state.samplingPoint)
        }

        var version: UInt64 { rule.state.version.number }
        var parameters: [Double] { Array(rule.state.parameters) }

        mutating func take(_ gradient: [Float], from agent: Int, base: UInt64) -> FilterVerdict {
            for index in 0..<gradient.count { scratch[index] = gradient[index] }
            let baseVersion = PolicyVersion(base)
            let verdict = filter.screen(scratch, from: agent, baseVersion: baseVersion, newest: rule.state.version)
            switch verdict {
            case .waiting, .refused: return verdict
            case .held(let norm):
                let update = rule.hold(gradientNorm: norm, baseVersion: baseVersion)
                filter.note(update, samplingPoint: rule.state.samplingPoint)
            case .passed, .combined:
                guard case .applied(let update) = rule.apply(gradient: scratch, baseVersion: baseVersion) else {
                    return verdict
                }
                filter.note(update, samplingPoint: rule.state.samplingPoint)
            }
            return verdict
        }
    }

    static func settings(
        _ kind: ArrivalFilterSettings.Kind, _ change: (inout ArrivalFilterSettings) -> Void = { _ in }
    ) -> ArrivalFilterSettings {
        var settings = ArrivalFilterSettings()
        settings.kind = kind
        settings.dampening = .constant
        settings.agentsMaximum = 8
        change(&settings)
        return settings
    }

    static let plain = ServerRule.Settings.arrivals(.a3c(stepSize: .constant(0.1), scaling: .plain))

    // MARK: - Kardam

    @Test("kardam agrees with a plain reference on who passes, over 600 arrivals of 7 agents", arguments: [1, 2])
    func kardamReference(adversaries: Int) throws {
        let seed: UInt64 = 1_802_079
        var generator = RandomGenerator(seed: seed)
        let initial = (0..<11).map { _ in Float(generator.normal()) }
        var server = try Server(
            Self.settings(.kardam) {
                $0.adversariesMaximum = adversaries
                $0.tolerance = 3
            }, rule: .afedpg(AFedPGSettings()), initial: initial)
        var reference = KardamReference(
            adversaries: adversaries, tolerance: 3, points: [initial.map(Double.init)])
        var passes = 0
        var refusals: [FilterRefusal: Int] = [:]
        var held = [UInt64](repeating: 0, count: 7)
        for arrival in 0..<600 {
            let agent = generator.below(7)
            let noise = agent == 6 ? 20.0 : 0.3
            let gradient = (0..<11).map { _ in Float(1 + noise * generator.normal()) }
            let base = held[agent]
            // The product keeps points and gradients in single precision; so does what the reference is given.
            let expected = reference.passes(gradient.map(Double.init), agent: agent, base: Int(base))
            let before = server.parameters
            let verdict = server.take(gradient, from: agent, base: base)
            if case .refused(let refusal) = verdict { refusals[refusal, default: 0] += 1 }
            let hasPassed = if case .passed = verdict { true } else { false }
            guard hasPassed == expected else {
                Issue.record("arrival \(arrival) of agent \(agent): \(verdict), seed \(seed)")
                return
            }
            if hasPassed {
                passes += 1
                let step = KardamReference.distance(server.parameters, before)
                let point = server.rule.state.samplingPoint.map { Double(Float($0)) }
                reference.apply(gradient.map(Double.init), agent: agent, newPoint: point, step: step)
            }
            held[agent] = server.version
        }
        #expect(passes > 100 && refusals[.lipschitz, default: 0] > 20 && refusals[.frequency, default: 0] > 20)
    }

    @Test("kardam refuses most of what an adversary sends, and little of what honest agents send")
    func kardamSeparates() throws {
        var generator = RandomGenerator(seed: 4)
        var server = try Server(
            Self.settings(.kardam) { $0.tolerance = 4 }, rule: Self.plain, initial: [4, -4, 4])
        var sent = [0, 0]
        var through = [0, 0]
        for arrival in 0..<600 {
            let agent = arrival % 6
            let isAdversary = agent == 5 && arrival >= 60
            let theta = server.parameters
            // The gradient of −‖θ‖²/2, with a little noise; the adversary sends the opposite, tenfold.
            let gradient = theta.map { Float((isAdversary ? 10 : -1) * $0 + 0.2 * generator.normal()) }
            let verdict = server.take(gradient, from: agent, base: server.version)
            guard arrival >= 60 else { continue }
            sent[isAdversary ? 1 : 0] += 1
            if case .passed = verdict { through[isAdversary ? 1 : 0] += 1 }
        }
        #expect(Double(through[0]) > 0.7 * Double(sent[0]), "honest: \(through[0]) of \(sent[0])")
        #expect(server.parameters.allSatisfy { abs($0) < 2 }, "θ is \(server.parameters)")
    }

    @Test("kardam multiplies a late gradient by Λ(δ)")
    func kardamDampens() throws {
        var server = try Server(
            Self.settings(.kardam) {
                $0.adversariesMaximum = 0
                $0.dampening = StalenessWeight()
                $0.dampening.exponent = 1
            }, rule: Self.plain, initial: [0])
        _ = server.take([10], from: 0, base: 0)
        #expect(abs(server.parameters[0] - 1) < 1e-6)
        _ = server.take([10], from: 1, base: 0)
        #expect(abs(server.parameters[0] - 1.5) < 1e-6)
    }

    @Test("one agent alone does not bring kardam to let it pass by being refused again and again")
    func kardamFlood() throws {
        var server = try Server(Self.settings(.kardam), rule: Self.plain, initial: [0, 0])
        var generator = RandomGenerator(seed: 12)
        for round in 0..<40 {
            let gradient = [Float(1 + 0.1 * generator.normal()), Float(1 + 0.1 * generator.normal())]
            _ = server.take(gradient, from: round % 5, base: server.version)
        }
        for _ in 0..<100 {
            let verdict = server.take([-1e6, 1e6], from: 5, base: server.version)
            #expect(verdict == .refused(.lipschitz))
        }
    }

    @Test("kardam refuses after a restart what it refused before, for either reason, and goes on")
    func kardamRestart() throws {
        let settings = Self.settings(.kardam) { $0.tolerance = 4 }
        var generator = RandomGenerator(seed: 12)
        func honest() -> [Float] { [Float(1 + 0.1 * generator.normal()), Float(1 + 0.1 * generator.normal())] }
        var first = try Server(settings, rule: Self.plain, initial: [0, 0])
        var newest = -1
        for round in 0..<40 {
            let verdict = first.take(honest(), from: round % 5, base: first.version)
            if case .passed = verdict { newest = round % 5 }
        }
        let version = first.version
        let lie: [Float] = [-1e6, 1e6]
        let refusal = first.take(lie, from: 5, base: version)
        #expect(refusal == .refused(.lipschitz))
        let state = try first.arena.reserve(Double.self, count: first.filter.stateCount, holder: "state")
        first.filter.write(state: state)

        /// A server at the version of the first, whose filter knows what `state` says.
        func restarted(_ state: UnsafeMutableBufferPointer<Double>?) throws -> Server {
            var server = try Server(settings, rule: Self.plain, initial: [0, 0])
            _ = server.rule.restore(
                parameters: first.rule.state.parameters, direction: first.rule.state.direction, state: nil,
                version: first.rule.state.version)
            server.filter.start(at: server.rule.state.version, samplingPoint: server.rule.state.samplingPoint)
            if let state { server.filter.restore(state: UnsafeBufferPointer(state)) }
            return server
        }
        var forgetful = try restarted(nil)
        let passes = forgetful.take(lie, from: 5, base: version)
        #expect(passes == .passed(gradientNorm: 2e12.squareRoot()), "so much would go through without the state")
        var second = try restarted(state)
        let again = second.take(lie, from: 5, base: version)
        #expect(again == refusal)
        let tooSoon = second.take(honest(), from: newest, base: version)
        #expect(tooSoon == .refused(.frequency))
        for round in 0..<40 { _ = second.take(honest(), from: round % 5, base: second.version) }
        #expect(second.version > version + 10)
        for place in [0, 3, 4, state.count - 1] {
            let kept = state[place]
            state[place] = place == state.count - 1 ? .nan : 0.5
            var damaged = try restarted(state)
            let verdict = damaged.take(lie, from: 5, base: version)
            #expect(verdict == passes, "number \(place) of a state that nobody wrote")
            state[place] = kept
        }
    }

    // MARK: - BASGD

    @Test("basgd agrees with a plain reference: the median of the buffers' means, once all have something")
    func basgdReference() throws {
        let seed: UInt64 = 2_003_007
        var generator = RandomGenerator(seed: seed)
        var server = try Server(
            Self.settings(.basgd) { $0.bufferCount = 3 }, rule: Self.plain, initial: [Float](repeating: 1, count: 9))
        var theta = [Double](repeating: 1, count: 9)
        var buffers: [[[Double]]] = [[], [], []]
        var steps = 0
        for arrival in 0..<300 {
            let agent = generator.below(7)
            let gradient = (0..<9).map { _ in Float(generator.normal()) }
            let verdict = server.take(gradient, from: agent, base: UInt64(max(0, arrival - 3)))
            buffers[agent % 3].append(gradient.map(Double.init))
            if buffers.allSatisfy({ !$0.isEmpty }) {
                let means = buffers.map { buffer in
                    (0..<9).map { j in buffer.reduce(0) { $0 + $1[j] } / Double(buffer.count) }
                }
                for j in 0..<9 { theta[j] += 0.1 * means.map { $0[j] }.sorted()[1] }
                buffers = [[], [], []]
                steps += 1
                guard case .combined = verdict else {
                    Issue.record("arrival \(arrival): \(verdict), seed \(seed)")
                    return
                }
            } else {
                guard case .held = verdict else {
                    Issue.record("arrival \(arrival): \(verdict), seed \(seed)")
                    return
                }
            }
            #expect(relativeError(server.parameters, theta) < 1e-6)
        }
        #expect(server.version == 300 && steps > 30)
    }

    @Test("basgd is hardly moved by one agent that sends anything")
    func basgdWithstands() throws {
        var server = try Server(
            Self.settings(.basgd) {
                $0.bufferCount = 5
                $0.combination.adversariesMaximum = 1
            }, rule: Self.plain, initial: [0])
        for arrival in 0..<100 { _ = server.take([arrival % 5 == 2 ? -1e20 : 1], from: arrival % 5, base: 0) }
        #expect(abs(server.parameters[0] - 20 * 0.1) < 1e-6)
    }

    @Test("basgd continues from what a store has with every buffered gradient")
    func basgdRestart() throws {
        let settings = Self.settings(.basgd) { $0.bufferCount = 3 }
        var first = try Server(settings, rule: Self.plain, initial: [1, 2])
        _ = first.take([4, 0], from: 0, base: 0)
        _ = first.take([0, 8], from: 1, base: 0)
        let state = try first.arena.reserve(Double.self, count: first.filter.stateCount, holder: "state")
        first.filter.write(state: state)
        var second = try Server(settings, rule: Self.plain, initial: [1, 2])
        second.filter.restore(state: UnsafeBufferPointer(state))
        let verdict = second.take([2, 2], from: 2, base: 0)
        #expect(verdict == .combined(gradientNorm: 8.0.squareRoot()))
        _ = first.take([2, 2], from: 2, base: 0)
        #expect(second.parameters == first.parameters && second.parameters[0] != 1)
    }

    // MARK: - Zeno++

    /// Gives the filter `gradient`, sampled with `version`, to compare with.
    static func trust(_ server: inout Server, _ gradient: [Float], of version: UInt64 = 0) -> Bool {
        server.filter.takeValidation(leakedVector(gradient), of: PolicyVersion(version))
    }

    @Test("zeno agrees with the paper's score, and gives what passes the length of the trusted gradient")
    func zenoReference() throws {
        let seed: UInt64 = 1_903_070
        var generator = RandomGenerator(seed: seed)
        var passes = 0
        for trial in 0..<200 {
            let rho = 0.05 * generator.uniform()
            let epsilon = trial % 2 == 0 ? 0 : generator.uniform()
            var server = try Server(
                Self.settings(.zeno) {
                    $0.zenoRho = rho
                    $0.zenoEpsilon = epsilon
                }, rule: Self.plain, initial: [0, 0, 0, 0])
            let trusted = (0..<4).map { _ in Float(generator.normal()) }
            let isTrusted = Self.trust(&server, trusted)
            #expect(isTrusted)
            let gradient = (0..<4).map { _ in Float(30 * generator.normal()) }
            let verdict = server.take(gradient, from: 0, base: 0)
            // γ⟨v, g̃⟩ − ρ‖g̃‖² + γε with γ = 0.1 and their ρ = γ times ours.
            let length = trusted.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let own = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let scaled = gradient.map { Double($0) * length / own }
            var product = 0.0
            for j in 0..<4 { product += Double(trusted[j]) * scaled[j] }
            let score = 0.1 * product - 0.1 * rho * length * length + 0.1 * epsilon
            let hasPassed = if case .passed = verdict { true } else { false }
            #expect(hasPassed == (score >= 0), "trial \(trial), seed \(seed)")
            #expect(relativeError(server.parameters, hasPassed ? scaled.map { 0.1 * $0 } : [0, 0, 0, 0]) < 1e-6)
            passes += hasPassed ? 1 : 0
        }
        #expect(passes > 50 && passes < 180)
    }

    @Test("zeno lets nothing pass before it trusts something, nor behind a trusted gradient older than k versions")
    func zenoWaits() throws {
        var server = try Server(Self.settings(.zeno) { $0.zenoAgeMaximum = 2 }, rule: Self.plain, initial: [0])
        #expect(server.take([1], from: 0, base: 0) == .waiting)
        #expect(!Self.trust(&server, [0]), "no direction")
        #expect(server.take([1], from: 0, base: 0) == .waiting)
        #expect(Self.trust(&server, [2]))
        for age in 0...2 as ClosedRange<UInt64> {
            #expect(server.version == age)
            // What is refused ages nothing.
            #expect(server.take([-1], from: 1, base: age) == .refused(.direction))
            #expect(server.take([1], from: 0, base: age) == .passed(gradientNorm: 1))
        }
        #expect(server.take([1], from: 0, base: 3) == .waiting)
        #expect(server.take([-1], from: 1, base: 3) == .waiting)
        #expect(Self.trust(&server, [-2], of: 2))
        #expect(server.take([-1], from: 1, base: 3) == .passed(gradientNorm: 1))
        #expect(!Self.trust(&server, [2], of: 1), "older than what is trusted")
        #expect(server.take([1], from: 0, base: 4) == .refused(.direction))
        #expect(server.version == 4)
    }

    @Test("settings that cannot be are said to be unusable")
    func unusable() {
        #expect(!Self.settings(.kardam) { $0.stalenessMaximum = 4_096 }.isUsable)
        #expect(!Self.settings(.kardam) { $0.tolerance = 0 }.isUsable)
        #expect(!Self.settings(.basgd) { $0.combination.adversariesMaximum = 2 }.isUsable, "4 buffers, 2 adversaries")
        #expect(!Self.settings(.zeno) { $0.zenoAgeMaximum = 0 }.isUsable)
        #expect(Self.settings(.none).isUsable && Self.settings(.kardam).isUsable && Self.settings(.zeno).isUsable)
    }
}
