import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Broadcast")
struct BroadcastTests {
    @Test("nobody gets the policy until enough agents are there; then all do, at once and at version 0")
    func startBarrier() throws {
        let bench = try Bench(Bench.settings { $0.agentsMinimum = 3 })
        for agent in 1...2 {
            let done = bench.deliver(bench.hello(), from: UInt32(agent), key: Bench.key(agent))
            #expect(
                done.sent(to: UInt32(agent)) == [
                    .welcome(.init(policy: nil, isWaiting: true, lastAppliedSequence: 0, newestVersion: 0))
                ])
        }
        // The same agent twice is one agent, and nothing is admitted or handed out before the start.
        bench.deliver(bench.hello(), from: 5, key: Bench.key(1))
        #expect(!bench.hasStarted)
        let early = bench.deliver(bench.update(1, base: 0), from: 5, key: Bench.key(1))
        #expect(early.sent(to: 5) == [.reject(.busy, epoch: 1, sequence: 1, retryAfterMilliseconds: 200)])
        #expect(bench.deliver(.fetch(Fetch(newestVersion: nil)), from: 5, key: Bench.key(1)).refusal(to: 5) == .busy)

        let done = bench.deliver(bench.hello(), from: 3, key: Bench.key(3))
        #expect(bench.hasStarted)
        guard case .welcome(let welcome) = done.sent(to: 3).first else {
            Issue.record("no welcome")
            return
        }
        #expect(!welcome.isWaiting)
        #expect(welcome.policy?.version == 0)
        #expect(done.sent(to: 3).count == 1)
        let shared = done.compactMap { action -> ([UInt32], Seen)? in
            guard case .share(let connections, let seen) = action else { return nil }
            return (connections, seen)
        }
        #expect(shared.count == 1)
        #expect(shared.first?.0.sorted() == [2, 5])
        #expect(shared.first?.1 == .policy(.init(version: 0, parameters: welcome.policy?.parameters)))
        #expect(done.notices == [.agentJoined(agent: 2), .started])
        // The barrier stays open when one leaves, and the first gradients are all taken at version 0.
        bench.handle(.connectionGone(Connection(2)))
        #expect(bench.deliver(bench.update(1, base: 0), from: 3, key: Bench.key(3)).storedVersions == [1])
    }

    @Test("reply: nobody but the sender hears of a version")
    func reply() throws {
        let bench = try Bench(Bench.settings())
        bench.join(3)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        let done = bench.storeAll()
        #expect(done.sent(to: 1).count == 1)
        #expect(done.sent(to: 2).isEmpty && done.sent(to: 3).isEmpty)
        bench.advance(milliseconds: 10_000)
        #expect(bench.handle(.tick) == [])
    }

    @Test("announce: everybody who has not got it hears the number, the newest only, once an interval")
    func announce() throws {
        let bench = try Bench(
            Bench.settings {
                $0.broadcast = .announce
                $0.announceIntervalMilliseconds = 100
            })
        bench.join(3)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(bench.handle(.tick).sent(to: 2) == [], "what is not durable is not announced")
        #expect(bench.storeAll().sent(to: 2) == [.announce(1)])
        for round in 2...5 {
            bench.deliver(bench.update(UInt64(round), base: 1), from: 1, key: Bench.key(1))
            #expect(bench.storeAll().sent(to: 2) == [])
        }
        bench.advance(milliseconds: 99)
        #expect(bench.handle(.tick) == [])
        bench.advance(milliseconds: 1)
        let done = bench.handle(.tick)
        #expect(done == [.share([2, 3], .announce(5))])
        bench.advance(milliseconds: 1000)
        #expect(bench.handle(.tick) == [])
    }

    @Test("push: everybody gets each durable policy, encoded once, the sender as its answer")
    func push() throws {
        let bench = try Bench(Bench.settings { $0.broadcast = .push })
        bench.join(4)
        bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2))
        bench.deliver(bench.update(1, base: 0), from: 3, key: Bench.key(3))
        let done = bench.storeAll()
        #expect(done.answer(to: 2) == answer(1, .applied))
        #expect(done.answer(to: 3) == answer(1, .applied))
        #expect(
            done.last
                == .share([1, 4], .policy(.init(version: 2, parameters: bench.stored[1].samplingPoint))))
        let counters = bench.core.agent(at: 0).agent.counters
        #expect(counters.bytesSent > 0)
    }

    @Test("finishes after exactly as many updates as were asked for, and acknowledges all of them")
    func updatesBudget() throws {
        let bench = try Bench(Bench.settings { $0.updatesMaximum = 2 })
        bench.join(3)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        let last = bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2))
        #expect(last.notices == [.finished(.updates)])
        #expect(!bench.isFinished)
        let late = bench.deliver(bench.update(1, base: 0), from: 3, key: Bench.key(3))
        #expect(late.sent(to: 3) == [.reject(.stopping, epoch: 1, sequence: 1, retryAfterMilliseconds: 0)])
        let stored = bench.storeAll()
        #expect(stored.answer(to: 1) == answer(1, .applied))
        #expect(stored.answer(to: 2) == answer(1, .applied))
        #expect(stored.notices == [.drained])
        #expect(bench.isFinished)
        #expect(bench.core.version == PolicyVersion(2))
    }

    @Test("finishes when enough steps were taken, or the newest episodes return enough")
    func otherBudgets() throws {
        let steps = try Bench(
            Bench.settings {
                $0.stepsMaximum = 250
                $0.durability = .volatile
            })
        steps.join(1)
        for sequence in 1...3 { steps.deliver(steps.update(UInt64(sequence), base: 0), from: 1, key: Bench.key(1)) }
        #expect(steps.core.completion == .steps)
        #expect(steps.isFinished)

        let target = try Bench(
            Bench.settings {
                $0.targetReturn = 10
                $0.targetEpisodes = 4
                $0.durability = .volatile
            })
        target.join(1)
        for (sequence, mean) in [(1, 12.0), (2, 2), (3, 12), (4, 12)] {
            target.deliver(
                target.update(UInt64(sequence), base: 0) {
                    $0.returns.episodes = 2
                    $0.returns.mean = mean
                    $0.returns.minimum = Float(mean)
                    $0.returns.maximum = Float(mean)
                    $0.returns.meanSteps = 50
                }, from: 1, key: Bench.key(1))
            #expect(target.core.recentReturn == [nil, 7, 7, 12][sequence - 1])
        }
        #expect(target.core.completion == .targetReturn)
    }

    @Test("a stop admits nothing more, lets everything in flight be acknowledged, and says when that is done")
    func stop() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(bench.handle(.stop) == [])
        #expect(!bench.hasNothingLeft)
        let late = bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2))
        #expect(late.sent(to: 2) == [.reject(.stopping, epoch: 1, sequence: 1, retryAfterMilliseconds: 200)])
        #expect(bench.deliver(bench.hello(), from: 3, key: Bench.key(3)).refusal(to: 3) == .stopping)
        let done = bench.storeAll()
        #expect(done.answer(to: 1) == answer(1, .applied))
        #expect(done.notices == [.drained])
        #expect(bench.hasNothingLeft)
        #expect(bench.handle(.tick) == [])
    }
}
