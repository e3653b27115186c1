import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("Synchronous rounds")
struct RoundTests {
    static func settings(
        agents: Int, normalises: Bool = false, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        Bench.settings(normalises: normalises) {
            $0.rule = .rounds(.lapg(stepSize: .constant(1), gradientNorm: GradientNormSettings()))
            $0.agentsMinimum = agents
            $0.uplink.mirror = .float32
            $0.uplink.gate.rule = .lapg
            $0.uplink.skipAction = .reuse
            change(&$0)
        }
    }

    /// A bench with `agents` welcome agents, all of whom are waited for.
    static func bench(
        _ agents: Int, normalises: Bool = false, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws -> Bench {
        let bench = try Bench(settings(agents: agents, normalises: normalises, change), initial: [0, 0, 0, 0])
        bench.join(agents)
        return bench
    }

    static func checksum(_ mirror: [Float]) -> UInt32 { mirror.withUnsafeBytes { Report.mirrorChecksum(of: $0) } }

    /// Delivers a gradient of `agent`.
    @discardableResult
    static func send(
        _ bench: Bench, _ agent: Int, _ sequence: UInt64, base: UInt64, _ gradient: [Float], epoch: UInt64 = 1
    ) -> [Done] {
        bench.deliver(
            bench.update(sequence, base: base, epoch: epoch, gradient), from: UInt32(agent), key: Bench.key(agent))
    }

    /// Delivers a skip of `agent`, whose mirror is `mirror`; nil: it has none.
    @discardableResult
    static func skip(
        _ bench: Bench, _ agent: Int, _ sequence: UInt64, base: UInt64, mirror: [Float]?
    ) -> [Done] {
        var report = bench.report(sequence, base: base)
        report.mirrorChecksum = mirror.map(checksum) ?? 0
        return bench.deliver(.skip(Skip(report: report)), from: UInt32(agent), key: Bench.key(agent))
    }

    @Test("a version is made when every agent has reported, and everybody is answered when it is durable")
    func waitsForAll() throws {
        let bench = try Self.bench(3)
        #expect(Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0]) == [])
        #expect(Self.send(bench, 3, 1, base: 0, [0, 0, 4, 0]) == [])
        #expect(bench.core.version == .initial)
        let done = Self.send(bench, 2, 1, base: 0, [0, 2, 0, 0])
        #expect(done.storedVersions == [1])
        #expect(bench.stored.last?.parameters == [1, 2, 4, 0], "the sum of the round")
        #expect(bench.stored.last?.rows.map(\.lastSequence.number) == [1, 1, 1], "every row goes with the version")
        for agent in 1...3 { #expect(done.sent(to: UInt32(agent)) == [], "not durable yet") }
        let after = bench.storeAll()
        for agent in 1...3 { #expect(after.answer(to: UInt32(agent)) == answer(1, .applied)) }
    }

    @Test("a skip puts the agent's last gradient into the sum, and is answered as reused")
    func reuse() throws {
        let bench = try Self.bench(2)
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        Self.send(bench, 2, 1, base: 0, [0, 2, 0, 0])
        bench.storeAll()
        Self.skip(bench, 1, 2, base: 1, mirror: [1, 0, 0, 0])
        Self.send(bench, 2, 2, base: 1, [0, 0, 5, 0])
        #expect(bench.stored.last?.parameters == [2, 2, 5, 0])
        let done = bench.storeAll()
        #expect(done.answer(to: 1) == answer(2, .reused))
        #expect(done.answer(to: 2) == answer(2, .applied))
        #expect(Self.skip(bench, 1, 3, base: 2, mirror: [9, 0, 0, 0]).refusal(to: 1) == .mirror)
    }

    @Test("the sum over mirrors is LAPG's recursion over innovations, whoever skips", arguments: 1...3)
    func recursion(seed: Int) throws {
        let bench = try Self.bench(4)
        var generator = RandomGenerator(seed: UInt64(seed))
        var aggregate = [0.0, 0, 0, 0]
        var theta = aggregate
        var mirrors = [[Float]?](repeating: nil, count: 4)
        for round in 0..<60 as Range<UInt64> {
            for agent in [[3, 1, 0, 2], [0, 1, 2, 3]][Int(round % 2)] {
                if let mirror = mirrors[agent], generator.below(2) == 0 {
                    Self.skip(bench, agent + 1, round + 1, base: round, mirror: mirror)
                    continue
                }
                let gradient = (0..<4).map { _ in Float(generator.normal()) }
                for j in 0..<4 { aggregate[j] += Double(gradient[j]) - Double(mirrors[agent]?[j] ?? 0) }
                mirrors[agent] = gradient
                Self.send(bench, agent + 1, round + 1, base: round, gradient)
            }
            for j in 0..<4 { theta[j] += aggregate[j] }
            bench.storeAll()
            let found = try #require(bench.stored.last)
            #expect(found.version == round + 1, "seed \(seed)")
            for j in 0..<4 { #expect(abs(found.parameters[j] - theta[j]) < 1e-9, "seed \(seed), round \(round)") }
        }
    }

    @Test("an agent that leaves does not block the round, and without a report it is not in the sum", arguments: 0...2)
    func departure(how: Int) throws {
        let bench = try Self.bench(3) {
            $0.agentsMinimum = 2
            $0.sessionTimeoutMilliseconds = 1000
        }
        // The first round began with two of them.
        for agent in [3, 1, 2] { Self.send(bench, agent, 1, base: 0, [0, 0, 1, 0]) }
        bench.storeAll()
        Self.send(bench, 1, 2, base: 1, [1, 0, 0, 0])
        bench.advance(milliseconds: 600)
        Self.send(bench, 2, 2, base: 1, [0, 1, 0, 0])
        Self.send(bench, 1, 2, base: 1, [1, 0, 0, 0])
        #expect(bench.core.version.number == 1)
        var done: [Done] = []
        switch how {
        case 0:
            let goodbye = Goodbye(bootEpoch: BootEpoch(1), reason: FixedText())
            done = bench.deliver(.goodbye(goodbye), from: 3, key: Bench.key(3))
        case 1: done = bench.handle(.connectionGone(Connection(3)))
        default:
            bench.advance(milliseconds: 600)
            done = bench.handle(.tick)
        }
        #expect(done.storedVersions == [2])
        #expect(bench.stored.last?.parameters == [1, 1, 3, 0])
    }

    @Test("what an agent reported before it left stays in the round, and it hears of that when it is back")
    func reportedThenLeft() throws {
        let bench = try Self.bench(2)
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        bench.handle(.connectionGone(Connection(1)))
        bench.deliver(bench.hello(), from: 7, key: Bench.key(1))
        #expect(
            bench.deliver(bench.update(1, base: 0, [1, 0, 0, 0]), from: 7, key: Bench.key(1)).sent(to: 7) == [],
            "the same report again changes nothing")
        Self.send(bench, 2, 1, base: 0, [0, 1, 0, 0])
        #expect(bench.stored.last?.parameters == [1, 1, 0, 0])
        #expect(bench.storeAll().answer(to: 7) == answer(1, .applied))
    }

    @Test("the round waits for agents_min reports even when nobody is left to wait for")
    func least() throws {
        let bench = try Self.bench(3)
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        bench.handle(.connectionGone(Connection(2)))
        bench.handle(.connectionGone(Connection(3)))
        #expect(bench.core.version == .initial)
        bench.deliver(bench.hello(), from: 5, key: Bench.key(2))
        bench.deliver(bench.hello(), from: 6, key: Bench.key(3))
        bench.deliver(bench.update(1, base: 0, [0, 1, 0, 0]), from: 5, key: Bench.key(2))
        #expect(bench.core.version == .initial)
        bench.deliver(bench.update(1, base: 0, [0, 0, 1, 0]), from: 6, key: Bench.key(3))
        #expect(bench.stored.last?.parameters == [1, 1, 1, 0])
    }

    @Test("a late joiner is not waited for; in time it counts, too late it is told so, and the next round waits for it")
    func lateJoiner() throws {
        let bench = try Self.bench(2)
        bench.deliver(bench.hello(), from: 3, key: Bench.key(3))
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        Self.send(bench, 3, 1, base: 0, [0, 0, 1, 0])
        Self.send(bench, 2, 1, base: 0, [0, 1, 0, 0])
        #expect(bench.stored.last?.parameters == [1, 1, 1, 0], "in time")
        bench.storeAll()

        bench.deliver(bench.hello(), from: 4, key: Bench.key(4))
        for agent in 1...3 { Self.send(bench, agent, 2, base: 1, [0, 0, 0, 1]) }
        #expect(bench.core.version.number == 2, "closed without the late one")
        #expect(Self.send(bench, 4, 1, base: 1, [9, 9, 9, 9]).refusal(to: 4) == .stale)
        bench.storeAll()
        for agent in 1...3 { Self.send(bench, agent, 3, base: 2, [0, 0, 0, 1]) }
        #expect(bench.core.version.number == 2, "the next round waits for it")
        Self.send(bench, 4, 2, base: 2, [5, 0, 0, 0])
        #expect(bench.stored.last?.parameters == [6, 1, 1, 6])
    }

    @Test("a late joiner takes no place of an agent that is waited for")
    func lateJoinerWithoutPlace() throws {
        let bench = try Self.bench(2) { $0.agentsMaximum = 2 }
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        bench.handle(.connectionGone(Connection(1)))
        bench.deliver(bench.hello(), from: 3, key: Bench.key(3))
        #expect(Self.send(bench, 3, 1, base: 0, [0, 0, 1, 0]).refusal(to: 3) == .busy)
        Self.send(bench, 2, 1, base: 0, [0, 1, 0, 0])
        #expect(bench.stored.last?.parameters == [1, 1, 0, 0])
        bench.storeAll()
        Self.send(bench, 2, 2, base: 1, [0, 0, 0, 1])
        Self.send(bench, 3, 2, base: 1, [0, 0, 2, 0])
        #expect(bench.stored.last?.parameters == [1, 1, 2, 1], "the next round has room for it")
    }

    @Test("a mirror that a report of the open round has moved is not stored before the round's version")
    func mirrorsOfAnOpenRound() throws {
        let bench = try Self.bench(2)
        func changed() -> [UInt64] {
            (0..<bench.core.mirrorCount).compactMap { bench.core.takeChangedMirror(at: $0)?.sequence.number }
        }
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        #expect(changed() == [], "the version is not made")
        Self.send(bench, 2, 1, base: 0, [0, 1, 0, 0])
        bench.storeAll()
        #expect(bench.stored.last?.mirrors.count == 2, "they go with the version")
        Self.send(bench, 2, 2, base: 1, [0, 1, 0, 0])
        bench.handle(.stop)
        #expect(changed() == [], "a stop in the middle of a round leaves the mirrors of the last version")
    }

    @Test("a report of an older version is refused, and so is a second boot within the round")
    func refusals() throws {
        let bench = try Self.bench(2)
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        Self.send(bench, 2, 1, base: 0, [1, 0, 0, 0])
        bench.storeAll()
        #expect(Self.send(bench, 1, 2, base: 0, [1, 0, 0, 0]).refusal(to: 1) == .stale)
        #expect(Self.skip(bench, 1, 2, base: 0, mirror: [1, 0, 0, 0]).refusal(to: 1) == .stale)
        #expect(Self.send(bench, 1, 2, base: 1, [.nan, 0, 0, 0]).refusal(to: 1) == .notFinite)
        Self.send(bench, 1, 3, base: 1, [1, 0, 0, 0])
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 1, key: Bench.key(1))
        #expect(Self.send(bench, 1, 1, base: 1, [50, 0, 0, 0], epoch: 2).refusal(to: 1) == .busy)
        Self.send(bench, 2, 2, base: 1, [1, 0, 0, 0])
        #expect(bench.stored.last?.parameters == [4, 0, 0, 0], "each agent once")
    }

    @Test("skips without a mirror count as reports without a gradient")
    func nothing() throws {
        let bench = try Self.bench(2) { $0.uplink.skipAction = .nothing }
        Self.skip(bench, 1, 1, base: 0, mirror: nil)
        Self.send(bench, 2, 1, base: 0, [0, 3, 0, 0])
        #expect(bench.stored.last?.parameters == [0, 3, 0, 0])
        #expect(bench.stored.last?.reports.map(\.isNotedSkip) == [true, false])
        let done = bench.storeAll()
        #expect(done.answer(to: 1) == answer(1, .noted))
        #expect(done.answer(to: 2) == answer(1, .applied))
    }

    @Test("a report counts no more observations than the statistics of the federation take at once")
    func observationCount() { #expect(ObservationStatistics.countMaximum == ObservationMerge.batchCountMaximum) }

    @Test(
        "the observations behind a skip that is only noted are left with the agent, whatever it says of them",
        arguments: [1.0, 1e9])
    func notedObservations(count: Double) throws {
        let bench = try Self.bench(2, normalises: true) { $0.uplink.skipAction = .nothing }
        // Of one element in place of two.
        let statistics = bench.statistics(count, mean: [7], squaredDeviations: [2])
        let skip = bench.skip(1, base: 0, mirror: nil) { $0.observations = statistics }
        bench.deliver(skip, from: 1, key: Bench.key(1))
        let update = bench.update(1, base: 0, [1, 0, 0, 0]) {
            $0.observations = bench.statistics(10, mean: [1, 3], squaredDeviations: [2, 2])
        }
        bench.deliver(update, from: 2, key: Bench.key(2))
        #expect(bench.stored.last?.observations == [10, 1, 3, 2, 2])
    }

    @Test("statistics of the observations go in with the round, each once")
    func observations() throws {
        let bench = try Self.bench(2, normalises: true)
        func deliver(_ agent: Int) {
            let message = bench.update(1, base: 0, [1, 0, 0, 0]) {
                $0.observations = bench.statistics(10, mean: [Float(agent), 3], squaredDeviations: [2, 2])
            }
            bench.deliver(message, from: UInt32(agent), key: Bench.key(agent))
        }
        deliver(1)
        deliver(1)
        #expect(bench.core.totals.steps == 0, "nothing is counted of a round that is open")
        deliver(2)
        let stored = try #require(bench.stored.last)
        #expect(stored.observations == [20, 1.5, 3, 2 + 2 + 5, 4])
        #expect(stored.totals.steps == 200)
    }

    @Test("a gateway that ends in the middle of a round goes on as if it had never stopped")
    func restart() throws {
        func run(stoppingIn round: UInt64?) throws -> [Stored] {
            var bench = try Self.bench(3)
            for current in 0..<6 as Range<UInt64> {
                if current == round {
                    Self.send(bench, 1, current + 1, base: current, [1, 0, Float(current), 0])
                    Self.send(bench, 2, current + 1, base: current, [0, 1, 0, 0.1])
                    // Neither has heard anything; the crash takes their reports with it.
                    bench = try bench.restarted(upTo: current, initial: [0, 0, 0, 0])
                    bench.join(3)
                }
                Self.send(bench, 1, current + 1, base: current, [1, 0, Float(current), 0])
                Self.send(bench, 2, current + 1, base: current, [0, 1, 0, 0.1])
                Self.send(bench, 3, current + 1, base: current, [0.3, 0, 0, 1])
                bench.storeAll()
            }
            return bench.stored
        }
        let through = try run(stoppingIn: nil)
        #expect(through.count == 6)
        for round in 0..<6 as Range<UInt64> { #expect(try run(stoppingIn: round) == through) }
    }

    @Test("a stop in the middle of a round makes no version, and leaves nothing behind")
    func stop() throws {
        let bench = try Self.bench(2)
        Self.send(bench, 1, 1, base: 0, [1, 0, 0, 0])
        #expect(bench.handle(.stop).notices == [.drained])
        #expect(bench.handle(.connectionGone(Connection(2))).storedVersions == [])
        #expect(bench.hasNothingLeft && bench.core.version == .initial)
    }

    @Test("agents are told to give up what is older than the newest version")
    func staleness() throws {
        let bench = try Bench(Self.settings(agents: 1), initial: [0, 0, 0, 0])
        bench.deliver(bench.hello(), from: 1, key: Bench.key(1))
        let frame = try #require(bench.frames.first)
        let maximum = try frame.bytes.withUnsafeBytes { bytes -> UInt32? in
            guard case .welcome(let welcome) = try bench.decoder.decodeGatewayMessage(bytes) else { return nil }
            return welcome.settings.stalenessMaximum
        }
        #expect(maximum == 0)
    }
}
