import GatewayCore
import Testing
import Training

@testable import Simulation

@Suite("A round's time in a simulated federation")
struct RoundTimeoutTests {
    /// Three agents, of whom the last takes ten seconds for what takes the others ten milliseconds.
    private static func times(timeout: Int, until seconds: Double) throws -> [Double] {
        var options = try RecordedFederation.options(
            agents: 3,
            [
                "gateway.aggregation.rule=fedpg", "gateway.federation.agents_min=2",
                "gateway.aggregation.round_timeout_ms=\(timeout)",
            ])
        options.slowness = try AgentValues(parsing: "1x2,1000", flag: "", range: 1...1000)
        let run = try RecordedFederation(options)
        try run.run(until: seconds)
        return run.applied.filter { $0.agent == "agent-1" }.map(\.time)
    }

    @Test("the slow agent delays one round by exactly the time that it has, and no other", arguments: [530, 2_000])
    func delay(timeout: Int) throws {
        // The first round began with two of them, and the third is not waited for before the second.
        let times = try Self.times(timeout: timeout, until: 4)
        let second = 10 + Double(timeout)
        #expect(Array(times.prefix(4)) == [10, second, second + 10, second + 20])
        #expect(times.count > 100)
    }

    @Test("without that time the second round takes as long as the slow agent")
    func unlimited() throws {
        #expect(try Self.times(timeout: 0, until: 9) == [10])
    }
}
