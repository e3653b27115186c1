import Aggregation
import Bounded
import Foundation
import Testing

@Suite("Kardam before an asynchronous rule")
struct LipschitzFilterTests {
    @Test("agrees with a plain reference on who passes, over 600 arrivals of 7 agents", arguments: [1, 2])
    func kardamReference(adversaries: Int) throws {
        let seed: UInt64 = 1_802_079
        var generator = RandomGenerator(seed: seed)
        let initial = (0..<11).map { _ in Float(generator.normal()) }
        var server = try FilteredServer(
            FilteredServer.settings(.kardam) {
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

    @Test("refuses most of what an adversary sends, and little of what honest agents send")
    func kardamSeparates() throws {
        var generator = RandomGenerator(seed: 4)
        var server = try FilteredServer(
            FilteredServer.settings(.kardam) { $0.tolerance = 4 }, rule: FilteredServer.plain, initial: [4, -4, 4])
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

    @Test("multiplies a late gradient by Λ(δ)")
    func kardamDampens() throws {
        var server = try FilteredServer(
            FilteredServer.settings(.kardam) {
                $0.adversariesMaximum = 0
                $0.dampening = StalenessWeight()
                $0.dampening.exponent = 1
            }, rule: FilteredServer.plain, initial: [0])
        _ = server.take([10], from: 0, base: 0)
        #expect(abs(server.parameters[0] - 1) < 1e-6)
        _ = server.take([10], from: 1, base: 0)
        #expect(abs(server.parameters[0] - 1.5) < 1e-6)
    }

    @Test("one agent alone does not bring kardam to let it pass by being refused again and again")
    func kardamFlood() throws {
        var server = try FilteredServer(FilteredServer.settings(.kardam), rule: FilteredServer.plain, initial: [0, 0])
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

    /// A Kardam of six agents, one of whom may lie, that has seen 60 honest gradients and more.
    static func seasoned(
        rule: ServerRule.Settings = FilteredServer.plain, _ change: (inout ArrivalFilterSettings) -> Void = { _ in }
    ) throws -> FilteredServer {
        var server = try FilteredServer(FilteredServer.settings(.kardam, change), rule: rule, initial: [0, 0])
        var generator = RandomGenerator(seed: 12)
        var round = 0
        var verdict = FilterVerdict.waiting
        // Up to one that passes, after which nobody counts as refused.
        while round < 60 || verdict == .refused(.lipschitz) || verdict == .refused(.frequency) {
            let gradient = [Float(1 + 0.1 * generator.normal()), Float(1 + 0.1 * generator.normal())]
            verdict = server.take(gradient, from: round % 6, base: server.version)
            round += 1
        }
        return server
    }

    /// Those of its agents that may not pass now, and the others.
    static func parted(_ passed: [Int]) -> (barred: [Int], others: [Int]) {
        let barred = Array(passed.suffix(2))
        return (barred, (0..<6).filter { !barred.contains($0) })
    }

    @Test("lets one pass when it has refused those who are there and may pass", arguments: [0, 1, 2])
    func kardamOpens(absentCount: Int) throws {
        // At so low a tolerance more than f who change alike do not make the change usual.
        var server = try Self.seasoned { $0.tolerance = 0.3 }
        let (barred, others) = Self.parted(server.passed)
        server.absent = Set(others.suffix(absentCount))
        let waiting = others.dropLast(absentCount)
        let version = server.version
        // The task has changed: what all honest agents send now is far from what they sent.
        let changed: [Float] = [3e4, -2e4]
        for agent in barred { #expect(server.take([1, 1], from: agent, base: version) == .refused(.frequency)) }
        for _ in 0..<3 { #expect(server.take(changed, from: waiting[0], base: version) == .refused(.lipschitz)) }
        for agent in waiting { #expect(server.take(changed, from: agent, base: version) == .refused(.lipschitz)) }
        #expect(server.take(changed, from: waiting[1], base: version) == .passed(gradientNorm: 1.3e9.squareRoot()))
        // From then on nobody has been refused.
        #expect(server.take([-3e9, 0], from: waiting[0], base: server.version) == .refused(.lipschitz))
    }

    @Test("is not kept shut by as many silent agents as there may be adversaries, but by one more")
    func kardamSilence() throws {
        var server = try Self.seasoned { $0.tolerance = 0.3 }
        let (_, others) = Self.parted(server.passed)
        let changed: [Float] = [3e4, -2e4]
        let version = server.version
        for _ in 0..<5 {
            for agent in others[..<2] {
                #expect(server.take(changed, from: agent, base: version) == .refused(.lipschitz))
            }
        }
        #expect(server.take(changed, from: others[2], base: version) == .refused(.lipschitz))
        #expect(server.take(changed, from: others[0], base: version) == .passed(gradientNorm: 1.3e9.squareRoot()))
    }

    @Test("lets nobody pass when those whom it has refused may all be adversaries")
    func kardamStaysShut() throws {
        var server = try Self.seasoned()
        let (_, others) = Self.parted(server.passed)
        server.absent = Set(others.dropFirst())
        for _ in 0..<100 {
            #expect(server.take([-1e6, 1e6], from: others[0], base: server.version) == .refused(.lipschitz))
        }
    }

    @Test("before a buffer compares with the last step, not with versions that stayed where they were")
    func kardamBuffered() throws {
        let rule = ServerRule.Settings.arrivals(.fedBuff(stepSize: .constant(0.1), length: 5, staleness: .constant))
        var server = try Self.seasoned(rule: rule)
        let (_, others) = Self.parted(server.passed)
        let before = server.parameters
        let verdict = server.take([1, 1], from: others[0], base: server.version)
        #expect(verdict == .passed(gradientNorm: 2.0.squareRoot()))
        #expect(server.parameters == before, "it only went into the buffer")
        #expect(server.take([-1e6, 1e6], from: others[1], base: server.version) == .refused(.lipschitz))
        #expect(server.take([1, 1], from: others[2], base: server.version) == verdict)
    }

    @Test("refuses after a restart what it refused before, for either reason, and goes on")
    func kardamRestart() throws {
        let settings = FilteredServer.settings(.kardam) { $0.tolerance = 4 }
        var generator = RandomGenerator(seed: 12)
        func honest() -> [Float] { [Float(1 + 0.1 * generator.normal()), Float(1 + 0.1 * generator.normal())] }
        var first = try FilteredServer(settings, rule: FilteredServer.plain, initial: [0, 0])
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
        func restarted(_ state: UnsafeMutableBufferPointer<Double>?) throws -> FilteredServer {
            var server = try FilteredServer(settings, rule: FilteredServer.plain, initial: [0, 0])
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
}
