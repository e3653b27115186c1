import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Restart")
struct RestartTests {
    static var settings: GatewaySettings {
        Bench.settings(normalises: true) {
            var rule = AFedPGSettings()
            rule.stepSize = .linear(0.1, horizon: 30, finalFraction: 0.1)
            rule.momentum = .harmonic(0.6, horizon: 20)
            rule.momentumStart = .firstGradient
            rule.gradientNorm.clip = .quantile
            rule.gradientNorm.clipMultiple = 1.2
            rule.gradientNorm.clipWindow = 8
            $0.rule = .afedpg(rule)
        }
    }

    /// Update `round` of a recorded run: three agents in turn, each with what it was last sent.
    static func deliver(_ round: Int, on bench: Bench) {
        var generator = RandomGenerator(seed: 3, stream: UInt64(round))
        let agent = round % 3 + 1
        let base = max(0, round - 3)
        let gradient = (0..<4).map { _ in Float(generator.normal() * (round % 5 == 0 ? 9 : 1)) }
        let message = bench.update(UInt64(round / 3 + 1), base: UInt64(base), gradient) {
            $0.observations = bench.statistics(
                10, mean: [Float(generator.normal()), 3], squaredDeviations: [Float(generator.uniform()), 2])
            $0.returns.episodes = 1
            $0.returns.mean = Double(round)
            $0.returns.minimum = Float(round)
            $0.returns.maximum = Float(round)
            $0.returns.meanSteps = 10
        }
        bench.deliver(message, from: UInt32(agent), key: Bench.key(agent))
        bench.storeAll()
    }

    @Test("a restarted gateway continues bit for bit as if it had never stopped", arguments: [0, 1, 2, 17, 39])
    func continues(stopAfter: Int) throws {
        let through = try Bench(Self.settings)
        through.join(3)
        for round in 0..<40 { Self.deliver(round, on: through) }

        let first = try Bench(Self.settings)
        first.join(3)
        for round in 0..<stopAfter { Self.deliver(round, on: first) }
        let second = try first.restarted(upTo: UInt64(stopAfter))
        #expect(second.core.version == PolicyVersion(UInt64(stopAfter)))
        second.join(3)
        for round in stopAfter..<40 { Self.deliver(round, on: second) }
        #expect(second.stored == through.stored)
        #expect(second.core.recentReturn == through.core.recentReturn)
    }

    @Test("hands out the same bytes of a version after a restart as before it")
    func sameBytes() throws {
        let bench = try Bench(Self.settings)
        bench.join(3)
        for round in 0..<9 { Self.deliver(round, on: bench) }
        let before = bench.deliver(.fetch(Fetch(newestVersion: nil)), from: 1, key: Bench.key(1)).sent(to: 1)
        let again = try bench.restarted(upTo: 9)
        again.join(3)
        let after = again.deliver(.fetch(Fetch(newestVersion: nil)), from: 1, key: Bench.key(1)).sent(to: 1)
        #expect(before == after)
    }

    @Test("an update that was acknowledged before a crash is not applied again after it")
    func acknowledgedOnce() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        let update = bench.update(1, base: 0)
        bench.deliver(update, from: 1, key: Bench.key(1))
        bench.storeAll()
        let again = try bench.restarted(upTo: 1)
        again.join(1)
        #expect(again.deliver(update, from: 1, key: Bench.key(1)).answer(to: 1) == answer(1, .duplicate))
        #expect(again.core.version == PolicyVersion(1))
    }

    @Test("an update that the store had not got is applied when it comes again after a crash")
    func lostAppliedAgain() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        let update = bench.update(1, base: 0, [0, 3, 0, 0])
        bench.deliver(update, from: 1, key: Bench.key(1))
        let again = try bench.restarted(upTo: 0)
        again.join(2)
        #expect(again.core.version == .initial)
        again.deliver(update, from: 1, key: Bench.key(1))
        #expect(again.storeAll().answer(to: 1) == answer(1, .applied))
        #expect(again.stored == bench.stored)
    }

    @Test("a crash between store and acknowledgement: the repetition is answered, not applied")
    func storedButNotAcknowledged() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let update = bench.update(1, base: 0)
        bench.deliver(update, from: 1, key: Bench.key(1))
        let again = try bench.restarted(upTo: 1)
        again.join(1)
        let done = again.deliver(update, from: 1, key: Bench.key(1))
        guard case .policy(let policy) = done.sent(to: 1).first else {
            Issue.record("no answer")
            return
        }
        #expect(policy.answer == answer(1, .duplicate))
        #expect(policy.version == 1)
        #expect(again.stored.count == 1)
    }

    @Test("remembers the newest boot of an agent over a restart")
    func epochSurvives() throws {
        let bench = try Bench(Bench.settings())
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(7) }, from: 1, key: Bench.key(1))
        bench.deliver(bench.update(1, base: 0, epoch: 7), from: 1, key: Bench.key(1))
        bench.storeAll()
        let again = try bench.restarted(upTo: 1)
        let old = again.deliver(again.hello { $0.bootEpoch = BootEpoch(6) }, from: 1, key: Bench.key(1))
        #expect(old.refusal(to: 1) == .oldEpoch)
    }

    @Test("a federation that has begun does not wait for agents again")
    func noSecondBarrier() throws {
        let bench = try Bench(Bench.settings { $0.agentsMinimum = 2 })
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        bench.storeAll()
        let again = try bench.restarted(upTo: 1)
        #expect(again.hasStarted)
    }

    @Test("a finished federation says so when it is started again, and admits nothing")
    func finishedStaysFinished() throws {
        let bench = try Bench(Bench.settings { $0.updatesMaximum = 1 })
        bench.join(1)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        bench.storeAll()
        let again = try bench.restarted(upTo: 1)
        #expect(again.handle(.tick).notices == [.finished(.updates), .drained])
        #expect(again.isFinished)
        #expect(again.deliver(again.hello(), from: 1, key: Bench.key(1)).refusal(to: 1) == .stopping)
    }

    @Test("refuses a snapshot of another policy")
    func otherPolicy() throws {
        let bench = try Bench(Bench.settings(), starts: false)
        let five = [Double](repeating: 0, count: 5)
        let fits = five.withUnsafeBufferPointer {
            bench.core.restore(
                GatewaySnapshot(
                    version: PolicyVersion(3), parameters: $0, direction: $0,
                    state: UnsafeBufferPointer(start: nil, count: 0)))
        }
        #expect(!fits)
    }
}
