import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Rounds with adversaries")
struct RobustRoundTests {
    /// A bench whose rounds of `agents` are combined by `combination`, in steps of 1 along the combination itself.
    static func bench(
        _ agents: Int, _ combination: RobustCombination, adversaries: Int,
        _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws -> Bench {
        let bench = try Bench(
            settings(agents, combination, adversaries: adversaries, change), initial: [0, 0, 0, 0])
        bench.join(agents)
        return bench
    }

    static func settings(
        _ agents: Int, _ combination: RobustCombination, adversaries: Int,
        _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        Bench.settings {
            var step = AFedPGSettings()
            step.stepSize = .constant(1)
            step.momentum = .constant(1)
            step.normalisesDirection = false
            var robust = RobustSettings()
            robust.combination = combination
            robust.adversariesMaximum = adversaries
            $0.rule = .rounds(.fedpg(step, robust: robust, learnersMaximum: 8))
            $0.agentsMinimum = agents
            change(&$0)
        }
    }

    @Test("the median of a round is its step, and a huge gradient is one value among others")
    func median() throws {
        let bench = try Self.bench(3, .median, adversaries: 1)
        RoundTests.send(bench, 1, 1, base: 0, [1, 5, -1, 0])
        RoundTests.send(bench, 2, 1, base: 0, [2, 6, -1, 0])
        RoundTests.send(bench, 3, 1, base: 0, [1e12, -1e12, -1, 7])
        #expect(bench.stored.last?.parameters == [2, 5, -1, 0])
        let done = bench.storeAll()
        for agent in 1...3 { #expect(done.answer(to: UInt32(agent)) == answer(1, .applied)) }
    }

    @Test("a gradient with a NaN is refused, its sender is named, and the round does without it", arguments: [1, 2, 3])
    func notANumber(place: Int) throws {
        let bench = try Self.bench(3, .trimmedMean, adversaries: 1)
        let (first, second) = (place == 1 ? 2 : 1, place == 3 ? 2 : 3)
        if place != 1 { RoundTests.send(bench, first, 1, base: 0, [1, 1, 0, 0]) }
        if place == 3 { RoundTests.send(bench, second, 1, base: 0, [3, 1, 0, 0]) }
        let done = RoundTests.send(bench, place, 1, base: 0, [1, .nan, 0, 0])
        #expect(done.refusal(to: UInt32(place)) == .notFinite)
        let index = place - 1
        #expect(
            done.notices.contains {
                if case .refused(index, Connection(UInt32(place)), .notFinite, _) = $0 { true } else { false }
            })
        #expect(bench.core.agent(at: index).agent.counters.refused(.notFinite) == 1)
        if place == 1 { RoundTests.send(bench, first, 1, base: 0, [1, 1, 0, 0]) }
        if place != 3 { RoundTests.send(bench, second, 1, base: 0, [3, 1, 0, 0]) }
        #expect(bench.stored.last?.parameters == [2, 1, 0, 0], "the mean of the other two: the adversary is known")
        #expect(bench.storeAll().sent(to: UInt32(place)) == [], "there is nothing to answer")
    }

    @Test("whoever was refused and then sends a gradient in time is in the round")
    func secondThoughts() throws {
        let bench = try Self.bench(3, .median, adversaries: 1)
        RoundTests.send(bench, 1, 1, base: 0, [.infinity, 0, 0, 0])
        RoundTests.send(bench, 2, 1, base: 0, [1, 0, 0, 0])
        RoundTests.send(bench, 1, 2, base: 0, [2, 0, 0, 0])
        #expect(bench.core.version == .initial)
        RoundTests.send(bench, 3, 1, base: 0, [9, 0, 0, 0])
        #expect(bench.stored.last?.parameters == [2, 0, 0, 0])
        #expect(bench.stored.last?.reports.count == 3)
    }

    @Test("a round in which everybody is refused waits for the first proper gradient")
    func nobody() throws {
        let bench = try Self.bench(2, .mean, adversaries: 0)
        for agent in 1...2 { RoundTests.send(bench, agent, 1, base: 0, [.nan, 0, 0, 0]) }
        #expect(bench.core.version == .initial)
        RoundTests.send(bench, 2, 2, base: 0, [4, 0, 0, 0])
        #expect(bench.stored.last?.parameters == [4, 0, 0, 0])
    }

    @Test("one that was refused and left is not counted among those who have sent something")
    func refusedThenLeft() throws {
        let bench = try Self.bench(3, .median, adversaries: 1)
        RoundTests.send(bench, 1, 1, base: 0, [.nan, 0, 0, 0])
        bench.handle(.connectionGone(Connection(1)))
        RoundTests.send(bench, 2, 1, base: 0, [1, 0, 0, 0])
        RoundTests.send(bench, 3, 1, base: 0, [1, 0, 0, 0])
        #expect(bench.core.version == .initial, "agents_min is three")
        bench.deliver(bench.hello(), from: 1, key: Bench.key(1))
        RoundTests.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        #expect(bench.stored.last?.parameters == [1, 0, 0, 0])
    }

    @Test("a round with too few gradients moves nothing, and makes a version all the same")
    func tooFew() throws {
        let bench = try Self.bench(5, .krum, adversaries: 1)
        for agent in 1...2 { RoundTests.skip(bench, agent, 1, base: 0, mirror: nil) }
        for agent in 3...5 { RoundTests.send(bench, agent, 1, base: 0, [1, 2, 3, 4]) }
        #expect(bench.stored.last?.parameters == [0, 0, 0, 0] && bench.core.version.number == 1)
    }

    @Test("settings without room for everybody's gradient, or with too few agents for the rule, are refused")
    func settings() {
        #expect(Self.settings(5, .krum, adversaries: 1).isUsable)
        #expect(!Self.settings(4, .krum, adversaries: 1).isUsable)
        #expect(!Self.settings(5, .krum, adversaries: 1) { $0.agentsMaximum = 9 }.isUsable)
        #expect(!Self.settings(4, .median, adversaries: 2).isUsable)
    }

    @Test("centred clipping goes on after a restart as if it had never stopped")
    func restart() throws {
        func run(stopping: Bool) throws -> [Stored] {
            var bench = try Self.bench(3, .centredClipping, adversaries: 1)
            for round in 0..<8 as Range<UInt64> {
                if stopping, round == 4 {
                    bench = try bench.restarted(upTo: round, initial: [0, 0, 0, 0])
                    bench.join(3)
                }
                for agent in 1...3 {
                    let gradient = [Float(agent), Float(round), agent == 3 ? -1e6 : 1, 0.5]
                    RoundTests.send(bench, agent, round + 1, base: round, gradient)
                }
                bench.storeAll()
            }
            return bench.stored
        }
        let through = try run(stopping: false)
        #expect(through.count == 8)
        let stopped = try run(stopping: true)
        #expect(stopped.map(\.parameters) == through.map(\.parameters))
        #expect(stopped.map(\.state) == through.map(\.state))
        #expect(abs(through[7].direction[2]) < 10, "a million against two ones")
    }
}
