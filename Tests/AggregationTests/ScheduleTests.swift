import Aggregation
import Testing

@Suite("Schedule")
struct ScheduleTests {
    @Test("starts at its base, whatever its kind")
    func base() {
        for schedule in [
            Schedule.constant(0.3), .linear(0.3, horizon: 10, finalFraction: 0.1), .harmonic(0.3, horizon: 7),
            .power(0.3, exponent: 0.8),
        ] { #expect(schedule.value(at: 0) == 0.3) }
    }

    @Test("a linear decay reaches its final fraction at the horizon, and stays there")
    func linear() {
        let schedule = Schedule.linear(2, horizon: 100, finalFraction: 0.25)
        #expect(schedule.value(at: 50) == 1.25)
        #expect(schedule.value(at: 100) == 0.5)
        #expect(schedule.value(at: 1_000_000) == 0.5)
    }

    @Test("a harmonic decay has half its base left at the horizon")
    func harmonic() {
        let schedule = Schedule.harmonic(2, horizon: 100)
        #expect(schedule.value(at: 100) == 1)
        #expect(schedule.value(at: 300) == 0.5)
    }

    @Test("a power decay is (2 / (k + 2)) to its exponent")
    func power() {
        #expect(Schedule.power(1, exponent: 1).value(at: 2) == 0.5)
        #expect(abs(Schedule.power(3, exponent: 0.5).value(at: 6) - 1.5) < 1e-15)
    }

    @Test("is unusable when a value could be zero, negative, not finite, or above the maximum")
    func usability() {
        #expect(Schedule.constant(1).isUsable(maximum: 1))
        #expect(!Schedule.constant(1.01).isUsable(maximum: 1))
        #expect(!Schedule.constant(0).isUsable())
        #expect(!Schedule.constant(-1).isUsable())
        #expect(!Schedule.constant(.nan).isUsable())
        #expect(!Schedule.linear(0.5, horizon: 0, finalFraction: 0.1).isUsable())
        #expect(!Schedule.linear(0.5, horizon: 10, finalFraction: 0).isUsable())
        #expect(!Schedule.linear(0.5, horizon: 10, finalFraction: 3).isUsable(maximum: 1))
        #expect(!Schedule.harmonic(0.5, horizon: .infinity).isUsable())
        #expect(!Schedule.power(0.5, exponent: -1).isUsable())
    }
}
