import Bounded
import Testing

@testable import Training

@Suite("Progress of a run")
struct ProgressTests {
    static func update(
        _ version: UInt64, agent: String = "agent-1", delay: UInt64 = 0, mean: Double? = 1, episodes: Int = 1
    ) -> AppliedUpdateEvent {
        AppliedUpdateEvent(
            version: version, agent: agent, delay: delay, returnMean: mean, episodes: episodes,
            stepsTotal: version * 100, bytesUp: version * 1000, bytesDown: version * 2000, seconds: Double(version))
    }

    static func at(_ seconds: Double) -> Instant { Instant(nanoseconds: UInt64(seconds * 1e9)) }

    @Test("events of the gateway are read; what is none is left alone")
    func events() {
        let line = #"{"event":"update","version":3,"agent":"agent-2","delay":1,"return":-4.5,"episodes":2,"# +
            #""steps_total":300,"bytes_up":10,"bytes_down":20,"seconds":0.5,"new_key":true}"#
        #expect(
            GatewayEvent(line: line)
                == .update(
                    AppliedUpdateEvent(
                        version: 3, agent: "agent-2", delay: 1, returnMean: -4.5, episodes: 2, stepsTotal: 300,
                        bytesUp: 10, bytesDown: 20, seconds: 0.5)))
        #expect(
            GatewayEvent(line: #"{"event":"ready","endpoint":"tcp://127.0.0.1:1"}"#)
                == .ready(endpoint: "tcp://127.0.0.1:1"))
        #expect(GatewayEvent(line: #"{"event":"status","x":1}"#) == .status(GatewayTotalsEvent()))
        #expect(GatewayEvent(line: #"{"event":"agent","x":1}"#) == .other(name: "agent"))
        for junk in ["", "hello", "{}", "[1]", #"{"event":"ready"}"#, #"{"event":"update","version":1}"#] {
            #expect(GatewayEvent(line: junk) == nil, "\(junk)")
        }
    }

    @Test("counts, mean delay and shares add up")
    func fold() {
        var progress = RunProgress()
        progress.record(Self.update(1, agent: "a", delay: 0), now: Self.at(1))
        progress.record(Self.update(2, agent: "b", delay: 2), now: Self.at(2))
        progress.record(Self.update(3, agent: "a", delay: 1), now: Self.at(3))
        #expect(progress.version == 3)
        #expect(progress.updatesApplied == 3)
        #expect(progress.meanDelay == 1)
        #expect(progress.agents["a"] == RunProgress.AgentShare(updatesApplied: 2, delaySum: 1))
        #expect(progress.steps == 300)
        #expect(progress.bytesDown == 6000)
        #expect(progress.updatesPerSecond == 1)
        #expect(progress.secondsLeft(budget: 13) == 10)
        #expect(progress.secondsLeft(budget: 2) == 0)
    }

    @Test("the return is the mean of the newest 20 episodes, weighed by episodes")
    func returns() {
        var progress = RunProgress()
        #expect(progress.recentReturn == nil)
        progress.record(Self.update(1, mean: nil, episodes: 0), now: Self.at(1))
        #expect(progress.recentReturn == nil)
        progress.record(Self.update(2, mean: 10, episodes: 1), now: Self.at(2))
        progress.record(Self.update(3, mean: 40, episodes: 2), now: Self.at(3))
        #expect(progress.recentReturn == 30)
        #expect(!progress.hasReached(0), "three episodes are too few to judge")
        for version in 4...30 { progress.record(Self.update(UInt64(version), mean: 5), now: Self.at(4)) }
        #expect(progress.recentReturn == 5)
        #expect(progress.hasReached(5))
        #expect(!progress.hasReached(5.1))
    }

    @Test("the line fits the terminal and leaves out what does not")
    func line() {
        var progress = RunProgress()
        progress.record(Self.update(1, mean: 12.34), now: Self.at(1))
        progress.record(Self.update(2, mean: 12.34), now: Self.at(1.5))
        let line = ProgressLine.text(environment: "swimmer", progress: progress, budget: 10)
        #expect(
            line == "swimmer v2/10  return 12.3  2.0 updates/s  up 2.0 kB  down 4.0 kB  staleness 0.0  left 0:04")
        for columns in 1...130 {
            let narrow = ProgressLine.text(environment: "swimmer", progress: progress, budget: 10, columns: columns)
            #expect(narrow.count <= columns)
            #expect(line.hasPrefix(narrow))
        }
    }

    @Test("skips and reused mirrors are counted, and the line shows the share")
    func skips() throws {
        let line = #"{"event":"update","version":3,"agent":"a","delay":1,"return":null,"episodes":0,"#
            + #""steps_total":300,"bytes_up":10,"bytes_down":20,"seconds":0.5,"reused":true}"#
        guard case .update(let reused) = GatewayEvent(line: line) else {
            Issue.record("the event was not read")
            return
        }
        var progress = RunProgress()
        progress.record(Self.update(1), now: Self.at(1))
        progress.record(Self.update(2), now: Self.at(2))
        progress.record(reused, now: Self.at(3))
        #expect(GatewayEvent(line: #"{"event":"skip","agent":"a","epoch":1,"sequence":4}"#) == .skip(agent: "a"))
        progress.recordSkip(of: "a")
        #expect(progress.updatesReused == 1)
        #expect(progress.agents["a"]?.updatesSkipped == 2)
        #expect(progress.updatesSkipped == 2)
        #expect(progress.skippedShare == 0.5, "two were sent, two were not")
        let text = ProgressLine.text(environment: "swimmer", progress: progress, budget: 10)
        #expect(text.contains("skipped 50 %"))
    }

    @Test("the gateway's last sums have bytes by kind")
    func totals() {
        let line = #"{"event":"stopped","reason":"finished","bytes_up":12,"bytes_down":3,"skips_total":4,"#
            + #""bytes":{"up":{"update":7,"hello":4,"handshake":1},"down":{"policy":2,"handshake":1}}}"#
        guard case .stopped(let reason, let totals) = GatewayEvent(line: line) else {
            Issue.record("the event was not read")
            return
        }
        #expect(reason == "finished")
        var progress = RunProgress()
        progress.record(totals)
        #expect(progress.bytesUp == 12)
        #expect(progress.updatesSkipped == 4)
        #expect(GatewayEvent(line: #"{"event":"status"}"#) == .status(GatewayTotalsEvent()), "an older gateway")
        #expect(progress.traffic?.totalUp == 12)
        #expect(progress.traffic?.up["handshake"] == 1)
        #expect(progress.traffic?.down == ["policy": 2, "handshake": 1])
    }

    @Test("before the first update the line says that it does not know")
    func emptyLine() {
        let line = ProgressLine.text(environment: "hopper", progress: RunProgress(), budget: 5)
        #expect(line == "hopper v0/5  return -  - updates/s  up 0 B  down 0 B  staleness -  left -")
    }

    @Test("bytes and durations are short and right")
    func units() {
        #expect(ProgressLine.bytes(0) == "0 B")
        #expect(ProgressLine.bytes(999) == "999 B")
        #expect(ProgressLine.bytes(1000) == "1.0 kB")
        #expect(ProgressLine.bytes(9_960) == "10 kB")
        #expect(ProgressLine.bytes(999_400) == "999 kB")
        #expect(ProgressLine.bytes(999_600) == "1.0 MB")
        #expect(ProgressLine.bytes(12_000_000_000_000) == "12.0 TB")
        #expect(ProgressLine.duration(0) == "0:00")
        #expect(ProgressLine.duration(61.2) == "1:02")
        #expect(ProgressLine.duration(3_725) == "1:02:05")
        #expect(ProgressLine.duration(.infinity) == "99:59:59")
    }
}
