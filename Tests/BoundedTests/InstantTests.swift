import Bounded
import Testing

@Suite("Instant")
struct InstantTests {
    @Test("measures forward, and never below zero")
    func differences() {
        let early = Instant(nanoseconds: 5_000_000_000)
        let late = early.advanced(byMilliseconds: 1_500)
        #expect(late.nanoseconds == 6_500_000_000)
        #expect(late.milliseconds(since: early) == 1_500)
        #expect(late.seconds(since: early) == 1.5)
        #expect(early.milliseconds(since: late) == 0)
        #expect(early.seconds(since: late) == 0)
        #expect(early.advanced(byMilliseconds: -3) == early)
        #expect(early < late)
    }

    @Test("the clock does not go back")
    func monotonic() {
        var last = Instant.now
        for _ in 0..<1_000 {
            let now = Instant.now
            #expect(now >= last)
            last = now
        }
    }
}
