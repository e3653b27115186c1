import Bounded
import Testing

@testable import GatewayCore

@Suite("How long agents take to answer")
struct AnswerTimesTests {
    @Test("a sooner answer counts at once, a later one for a quarter, silence as a whole")
    func times() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var times = try AnswerTimes(knownAgents: 3, arena: &arena)
        #expect(times.seconds(of: 1) == 0, "nothing is known")
        times.note(4, of: 1)
        #expect(times.seconds(of: 1) == 4)
        times.note(8, of: 1)
        #expect(times.seconds(of: 1) == 5)
        times.note(2, of: 1)
        #expect(times.seconds(of: 1) == 2)
        times.noteSilence(60, of: 1)
        #expect(times.seconds(of: 1) == 60)
        times.noteSilence(30, of: 1)
        #expect(times.seconds(of: 1) == 60)
        times.note(0, of: 2)
        #expect(times.seconds(of: 2) > 0, "an answer at once is not an unknown one")
        times.forget(1)
        #expect(times.seconds(of: 1) == 0 && times.seconds(of: 7) == 0)
    }

    @Test("every agent stays in its place among the others, over 2,000 changes")
    func order() throws {
        let seed: UInt64 = 2_402
        var generator = RandomGenerator(seed: seed)
        var arena = try Arena(limitBytes: 1 << 16)
        var times = try AnswerTimes(knownAgents: 17, arena: &arena)
        for change in 0..<2_000 {
            let agent = generator.below(18)
            switch generator.below(6) {
            case 0: times.forget(agent)
            case 1: times.noteSilence(20, of: agent)
            default: times.note(10 * generator.uniform(), of: agent)
            }
            let order = (0..<times.count).map { times.agent(at: $0) }
            #expect(Set(order) == Set(0..<17), "change \(change), seed \(seed)")
            let seconds = order.map { times.seconds(of: $0) }
            #expect(seconds == seconds.sorted(), "change \(change), seed \(seed)")
        }
    }
}
