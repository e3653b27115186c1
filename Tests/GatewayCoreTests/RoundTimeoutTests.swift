import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("A round's time")
struct RoundTimeoutTests {
    static let timeout = 3_000

    /// A bench whose rounds take the mean of what came, in steps of 1 along it, and have three seconds.
    static func bench(
        _ agents: Int, minimum: Int, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws -> Bench {
        let settings = RobustRoundTests.settings(agents, .mean, adversaries: 0) {
            $0.agentsMinimum = minimum
            $0.roundTimeoutMilliseconds = timeout
            change(&$0)
        }
        let bench = try Bench(settings, initial: [0, 0, 0, 0])
        bench.join(agents)
        return bench
    }

    /// Ticks every 50 ms for so long; returns the milliseconds after which a version was made, and all that was told.
    static func wait(_ bench: Bench, milliseconds: Int) -> (made: Int?, notices: [GatewayNotice]) {
        var notices: [GatewayNotice] = []
        for elapsed in stride(from: 50, through: milliseconds, by: 50) {
            bench.advance(milliseconds: 50)
            let done = bench.handle(.tick)
            notices += done.notices
            if !done.storedVersions.isEmpty { return (elapsed, notices) }
        }
        return (nil, notices)
    }

    /// A bench at version 1, made by all three of its agents, which two are enough for.
    static func three(_ change: (inout GatewaySettings) -> Void = { _ in }) throws -> Bench {
        let bench = try bench(3, minimum: 2, change)
        // The first round opened with two of them; from the second on there are three.
        for agent in [3, 1, 2] { RoundTests.send(bench, agent, 1, base: 0, [1, 0, 0, 0]) }
        bench.storeAll()
        #expect(bench.core.version.number == 1)
        return bench
    }

    @Test("a silent agent delays a round by exactly the time that it has, and later rounds not at all")
    func silence() throws {
        let bench = try Self.three()
        for agent in 1...2 { RoundTests.send(bench, agent, 2, base: 1, [0, 2, 0, 0]) }
        let (made, notices) = Self.wait(bench, milliseconds: 10_000)
        #expect(made == Self.timeout)
        #expect(notices == [.roundTimedOut(agent: 2)])
        #expect(bench.core.roundCounters.lateReports == 1)
        #expect(bench.stored.last?.parameters == [1, 2, 0, 0] && bench.stored.last?.reports.map(\.agent) == [1, 2])
        bench.storeAll()
        for version in 2...4 as ClosedRange<UInt64> {
            for agent in 1...2 { RoundTests.send(bench, agent, version + 1, base: version, [0, 0, 1, 0]) }
            #expect(bench.core.version.number == version + 1, "nobody is waited for")
            bench.storeAll()
        }
    }

    @Test("without a time a round waits for as long as its agents are there")
    func unlimited() throws {
        let bench = try Self.three { $0.roundTimeoutMilliseconds = 0 }
        for agent in 1...2 { RoundTests.send(bench, agent, 2, base: 1, [0, 2, 0, 0]) }
        #expect(Self.wait(bench, milliseconds: 200_000).made == nil)
    }

    @Test("what comes too late is refused as stale, and its sender is waited for again")
    func late() throws {
        let bench = try Self.three()
        for agent in 1...2 { RoundTests.send(bench, agent, 2, base: 1, [0, 2, 0, 0]) }
        _ = Self.wait(bench, milliseconds: Self.timeout)
        bench.storeAll()
        #expect(RoundTests.send(bench, 3, 2, base: 1, [0, 0, 0, 9]).refusal(to: 3) == .stale)
        // The round that is open began without it, and takes what it sends in time.
        RoundTests.send(bench, 1, 3, base: 2, [0, 1, 0, 0])
        RoundTests.send(bench, 3, 3, base: 2, [0, 3, 0, 0])
        #expect(bench.core.version.number == 2)
        RoundTests.send(bench, 2, 3, base: 2, [0, 2, 0, 0])
        #expect(bench.stored.last?.parameters == [1, 4, 0, 0])
        bench.storeAll()
        for agent in 1...2 { RoundTests.send(bench, agent, 4, base: 3, [0, 2, 0, 0]) }
        #expect(bench.core.version.number == 3, "the next waits for it")
        #expect(Self.wait(bench, milliseconds: 10_000).made == Self.timeout)
    }

    @Test("a robust combination gets no fewer gradients than it needs: the round goes on until it has them")
    func robust() throws {
        let settings = RobustRoundTests.settings(3, .median, adversaries: 1) {
            $0.roundTimeoutMilliseconds = Self.timeout
        }
        let bench = try Bench(settings, initial: [0, 0, 0, 0])
        bench.join(4)
        for agent in [4, 1, 2, 3] { RoundTests.send(bench, agent, 1, base: 0, [0, 0, 0, 0]) }
        bench.storeAll()
        RoundTests.send(bench, 1, 2, base: 1, [1, 0, 0, 0])
        RoundTests.send(bench, 2, 2, base: 1, [1e9, 0, 0, 0])
        let (made, notices) = Self.wait(bench, milliseconds: 20_000)
        #expect(made == nil, "two gradients, of which one may be anything")
        #expect(notices == [.roundTimedOut(agent: 2), .roundTimedOut(agent: 3)] && bench.core.version.number == 1)
        RoundTests.send(bench, 3, 2, base: 1, [2, 0, 0, 0])
        #expect(bench.stored.last?.parameters == [2, 0, 0, 0], "with the third it is the median, at once")
    }

    @Test("agents that collect are not counted when they have told of nothing in time", arguments: [1, 2])
    func collecting(agents: Int) throws {
        let bench = try CollectingTests.bench(.malenia(batches: 4), agents: 3) {
            $0.roundTimeoutMilliseconds = Self.timeout
        }
        for agent in 1...agents { #expect(CollectingTests.tell(bench, agent, 9) == [], "somebody has made nothing") }
        bench.advance(milliseconds: Self.timeout - 50)
        #expect(bench.handle(.tick) == [])
        bench.advance(milliseconds: 50)
        let done = bench.handle(.tick)
        for agent in 1...3 {
            #expect(done.sent(to: UInt32(agent)) == (agent <= agents ? [.collect(0)] : [.rest(0, milliseconds: 5_000)]))
        }
        #expect(done.notices == (agents + 1...3).map { .roundTimedOut(agent: $0 - 1) })
    }

    @Test("after a restart a round in which agents collect has its whole time, from the first event on")
    func restart() throws {
        let first = try CollectingTests.bench(.malenia(batches: 2), agents: 2) {
            $0.roundTimeoutMilliseconds = Self.timeout
        }
        for agent in 1...2 { CollectingTests.tell(first, agent, 1) }
        for agent in 1...2 { CollectingTests.send(first, agent, batches: 1, [1, 0, 0, 0]) }
        first.storeAll()
        let second = try first.restarted(upTo: 1)
        second.advance(milliseconds: 100 * Self.timeout)
        second.join(2)
        #expect(second.handle(.tick).notices == [])
        #expect(CollectingTests.tell(second, 1, 9, base: 1) == [], "the other has made nothing")
        second.advance(milliseconds: Self.timeout - 50)
        #expect(second.handle(.tick) == [])
        second.advance(milliseconds: 50)
        #expect(second.handle(.tick).notices == [.roundTimedOut(agent: 1)])
    }
}
