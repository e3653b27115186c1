import Aggregation
import Bounded
import Testing

@Suite("Whom to ask so that a round is over soonest")
struct SoonestRoundTests {
    static func choice(_ wanted: UInt64, after elapsed: Double, _ learners: [(UInt64, Double)]) -> SoonestRound {
        var round = SoonestRound(wanted: wanted, elapsed: elapsed)
        for (batches, seconds) in learners { round.add(batches: batches, answerSeconds: seconds) }
        return round
    }

    @Test("a slow link is waited for when it saves more than it takes, as worked out by hand")
    func byHand() {
        // After 10 s the first two have 10 of 20 gradients: 10 s more and 1 s to answer, against the third's 5 s.
        let waits = Self.choice(20, after: 10, [(6, 1), (4, 1), (10, 5)])
        #expect(waits.isEnough && waits.remaining == 5 && waits.answerLimit == 5)
        // With an answer that takes 15 s it is better to wait for the two.
        let leaves = Self.choice(20, after: 10, [(6, 1), (4, 1), (10, 15)])
        #expect(!leaves.isEnough && leaves.remaining == 11 && leaves.answerLimit == 1)
        // Seven seconds later they have 17: 3 s of collecting, still less than 15.
        let later = Self.choice(20, after: 17, [(10, 1), (7, 1), (17, 15)])
        #expect(!later.isEnough && abs(later.remaining - 4) < 1e-9)
        let done = Self.choice(20, after: 20, [(12, 1), (8, 1), (20, 15)])
        #expect(done.isEnough && done.remaining == 1 && done.answerLimit == 1)
    }

    @Test("learners that were never asked are all asked, as soon as there is enough")
    func unknown() {
        #expect(!Self.choice(5, after: 1, [(2, 0), (2, 0), (0, 0)]).isEnough)
        let round = Self.choice(5, after: 1, [(2, 0), (3, 0), (1, 0)])
        #expect(round.isEnough && round.answerLimit == 0)
        #expect(!Self.choice(5, after: 1, []).isEnough)
        #expect(!Self.choice(5, after: 0, [(0, 0), (0, 3)]).isEnough)
    }

    @Test("the choice is the best of all k, over 500 random rounds")
    func bestOfAll() {
        var generator = RandomGenerator(seed: 2_509)
        var waited = 0
        for _ in 0..<500 {
            let count = 1 + generator.below(12)
            let elapsed = 20 * generator.uniform()
            let seconds = (0..<count).map { _ in 30 * generator.uniform() }.sorted()
            let learners = seconds.map { (UInt64(generator.below(6)), $0) }
            let wanted = UInt64(1 + generator.below(20))
            var best = (time: Double.infinity, limit: 0.0, isEnough: false)
            for k in 1...count {
                let sum = learners.prefix(k).reduce(0) { $0 + $1.0 }
                guard sum > 0 else { continue }
                let collecting = sum >= wanted ? 0 : elapsed * (Double(wanted) / Double(sum) - 1)
                let time = collecting + seconds[k - 1]
                if time < best.time { best = (time, seconds[k - 1], sum >= wanted) }
            }
            let found = Self.choice(wanted, after: elapsed, learners)
            #expect(found.answerLimit == best.limit && found.isEnough == best.isEnough)
            #expect(found.remaining == best.time || abs(found.remaining - best.time) < 1e-9)
            if !found.isEnough, learners.reduce(0, { $0 + $1.0 }) >= wanted { waited += 1 }
        }
        #expect(waited > 20, "rounds that have enough and wait for quicker answers")
    }
}
