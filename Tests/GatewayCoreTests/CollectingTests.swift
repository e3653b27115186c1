import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Rounds in which agents collect")
struct CollectingTests {
    @Test("what a learner adds up at the most is what an update may stand for")
    func largestCount() { #expect(RoundGathering.learnerBatchesMaximum == Int(WireLimits.batchesMaximum)) }

    static func step() -> AFedPGSettings {
        var step = AFedPGSettings()
        step.stepSize = .constant(1)
        step.momentum = .constant(1)
        step.normalisesDirection = false
        return step
    }

    static func settings(
        _ gathering: RoundGathering, agents: Int, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        Bench.settings {
            $0.rule = .rounds(.collecting(gathering, step: step()))
            $0.agentsMinimum = agents
            $0.collectTimeoutMilliseconds = 5_000
            $0.collectResendMilliseconds = 500
            change(&$0)
        }
    }

    static func bench(
        _ gathering: RoundGathering, agents: Int, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws -> Bench {
        let bench = try Bench(settings(gathering, agents: agents, change), initial: [0, 0, 0, 0])
        bench.join(agents)
        return bench
    }

    @discardableResult
    static func tell(_ bench: Bench, _ agent: Int, _ batches: Int, base: UInt64 = 0, epoch: UInt64 = 1) -> [Done] {
        bench.deliver(
            .progress(
                Progress(
                    bootEpoch: BootEpoch(epoch), baseVersion: PolicyVersion(base), batches: UInt32(batches))),
            from: UInt32(agent), key: Bench.key(agent))
    }

    @discardableResult
    static func send(
        _ bench: Bench, _ agent: Int, _ sequence: UInt64 = 1, base: UInt64 = 0, batches: Int, _ gradient: [Float]
    ) -> [Done] {
        bench.deliver(
            bench.update(sequence, base: base, gradient) { $0.batches = UInt32(batches) }, from: UInt32(agent),
            key: Bench.key(agent))
    }

    @Test("Rennala asks those who made something once there are enough, and steps along the mean of all gradients")
    func rennala() throws {
        let bench = try Self.bench(.rennala(batches: 5), agents: 3)
        #expect(Self.tell(bench, 1, 1) == [])
        #expect(Self.tell(bench, 2, 1) == [])
        #expect(Self.tell(bench, 1, 3) == [])
        let asked = Self.tell(bench, 1, 4)
        #expect(asked.sent(to: 1) == [.collect(0)] && asked.sent(to: 2) == [.collect(0)])
        #expect(asked.sent(to: 3) == [.rest(0, milliseconds: 5_000)], "it has nothing to send")
        #expect(Self.send(bench, 1, batches: 4, [1, 0, 0, 0]).storedVersions == [])
        #expect(Self.send(bench, 2, batches: 1, [0, 5, 0, 0]).storedVersions == [1])
        #expect(bench.stored.last?.parameters == [0.8, 1, 0, 0], "(4 g₁ + g₂) / 5")
        #expect(bench.stored.last?.reports.map(\.batches) == [4, 1])
        let done = bench.storeAll()
        #expect(done.answer(to: 1) == answer(1, .applied) && done.answer(to: 2) == answer(1, .applied))
        guard case .policy(let policy)? = done.sent(to: 3).first else {
            Issue.record("the new policy did not go to the agent that sent nothing")
            return
        }
        #expect(policy.version == 1 && policy.answer == nil)
        #expect(bench.core.roundCounters.collects == 2 && bench.core.roundCounters.batches == 5)
    }

    @Test("of those whose answers took long only as many are asked as make the round end sooner")
    func soonest() throws {
        let bench = try Self.bench(.rennala(batches: 4), agents: 3) { $0.collectFrom = .soonest }
        // In the first round nothing is known: all three are asked. The answers come after 0.1, 0.2 and 4 seconds.
        bench.advance(milliseconds: 1_000)
        for agent in 1...2 { Self.tell(bench, agent, 1) }
        let first = Self.tell(bench, 3, 2)
        for agent in 1...3 { #expect(first.sent(to: UInt32(agent)) == [.collect(0)]) }
        bench.advance(milliseconds: 100)
        Self.send(bench, 1, batches: 1, [1, 0, 0, 0])
        bench.advance(milliseconds: 100)
        Self.send(bench, 2, batches: 1, [1, 0, 0, 0])
        bench.advance(milliseconds: 3_800)
        #expect(Self.send(bench, 3, batches: 2, [1, 0, 0, 0]).storedVersions == [1])
        bench.storeAll()

        // After a second there is enough, but 1.2 seconds more without the third are less than its 4.
        bench.advance(milliseconds: 1_000)
        for agent in 1...2 { Self.tell(bench, agent, 1, base: 1) }
        #expect(Self.tell(bench, 3, 2, base: 1) == [])
        bench.advance(milliseconds: 1_000)
        #expect(Self.tell(bench, 1, 2, base: 1) == [])
        let second = Self.tell(bench, 2, 2, base: 1)
        #expect(second.sent(to: 1) == [.collect(1)] && second.sent(to: 2) == [.collect(1)])
        #expect(second.sent(to: 3) == [.rest(1, milliseconds: 5_000)])
        bench.advance(milliseconds: 100)
        Self.send(bench, 1, 2, base: 1, batches: 2, [1, 0, 0, 0])
        #expect(Self.send(bench, 2, 2, base: 1, batches: 2, [1, 0, 0, 0]).storedVersions == [2])
        #expect(bench.storeAll().sent(to: 3).count == 1, "the one that was left out has the new policy")

        // Over a new connection it is asked again.
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 3, key: Bench.key(3))
        bench.advance(milliseconds: 1_000)
        for agent in 1...2 { Self.tell(bench, agent, 1, base: 2) }
        #expect(Self.tell(bench, 3, 2, base: 2, epoch: 2).sent(to: 3) == [.collect(2)])
    }

    @Test("a quick agent that makes nothing any more is not waited for for ever")
    func soonestTick() throws {
        let bench = try Self.bench(.rennala(batches: 4), agents: 2) { $0.collectFrom = .soonest }
        bench.advance(milliseconds: 1_000)
        Self.tell(bench, 1, 2)
        Self.tell(bench, 2, 2)
        Self.send(bench, 1, batches: 2, [1, 0, 0, 0])
        bench.advance(milliseconds: 2_000)
        Self.send(bench, 2, batches: 2, [1, 0, 0, 0])
        bench.storeAll()
        bench.advance(milliseconds: 1_000)
        Self.tell(bench, 1, 3, base: 1)
        #expect(Self.tell(bench, 2, 1, base: 1) == [], "a third of a second more against two")
        #expect(bench.handle(.tick) == [])
        bench.advance(milliseconds: 4_000)
        // Five seconds for three gradients: the fourth is expected in 1.7.
        #expect(bench.handle(.tick) == [])
        bench.advance(milliseconds: 2_000)
        let asked = bench.handle(.tick)
        #expect(asked.sent(to: 1) == [.collect(1)] && asked.sent(to: 2) == [.collect(1)])
    }

    @Test("Malenia waits for every agent, and weighs each the same")
    func malenia() throws {
        let bench = try Self.bench(.malenia(batches: 4), agents: 2)
        #expect(Self.tell(bench, 1, 100) == [], "the other has made nothing")
        #expect(Self.tell(bench, 2, 1) == [], "2 / (1/100 + 1) is below 4 / 2")
        let asked = Self.tell(bench, 2, 2)
        #expect(asked.sent(to: 1) == [.collect(0)] && asked.sent(to: 2) == [.collect(0)])
        Self.send(bench, 1, batches: 100, [1, 0, 0, 0])
        #expect(Self.send(bench, 2, batches: 2, [0, 1, 0, 0]).storedVersions == [1])
        #expect(bench.stored.last?.parameters == [0.5, 0.5, 0, 0])
    }

    @Test("the first round has its own number of gradients")
    func firstRound() throws {
        let bench = try Self.bench(.rennala(batches: 2), agents: 1) {
            $0.rule = .rounds(.collecting(.rennala(batches: 2), batchesInitial: 4, step: Self.step()))
        }
        #expect(Self.tell(bench, 1, 3) == [])
        #expect(Self.tell(bench, 1, 4).sent(to: 1) == [.collect(0)])
        Self.send(bench, 1, batches: 4, [1, 0, 0, 0])
        bench.storeAll()
        #expect(Self.tell(bench, 1, 2, base: 1).sent(to: 1) == [.collect(1)])
    }

    @Test("an update that comes unasked is an answer: agents that cannot collect take part, and end a round alone")
    func unasked() throws {
        let bench = try Self.bench(.rennala(batches: 10), agents: 2)
        #expect(Self.send(bench, 1, batches: 1, [1, 0, 0, 0]).storedVersions == [])
        #expect(Self.send(bench, 2, batches: 1, [0, 1, 0, 0]).storedVersions == [1], "nobody could add to it")
        bench.storeAll()
        Self.send(bench, 1, 2, base: 1, batches: 1, [1, 0, 0, 0])
        let asked = Self.tell(bench, 2, 9, base: 1)
        #expect(asked.sent(to: 2) == [.collect(1)], "ten with the one that is there")
    }

    @Test("a round goes on without those who leave, and without those who do not answer in time, which is counted")
    func lostAgents() throws {
        let bench = try Self.bench(.rennala(batches: 6), agents: 4)
        for agent in 1...3 { Self.tell(bench, agent, 2) }
        Self.send(bench, 1, batches: 2, [1, 0, 0, 0])
        bench.handle(.connectionGone(Connection(2)))
        #expect(bench.core.version == .initial)
        bench.advance(milliseconds: 4_900)
        #expect(bench.handle(.tick).sent(to: 3) == [.collect(0)], "asked again")
        bench.advance(milliseconds: 100)
        let late = bench.handle(.tick)
        #expect(late.notices == [.collectTimedOut(agent: 2)])
        #expect(late.storedVersions == [1])
        #expect(bench.core.roundCounters.timeouts == 1)
        bench.storeAll()
        #expect(Self.send(bench, 3, batches: 2, [9, 9, 9, 9]).refusal(to: 3) == .stale, "too late")
        #expect(bench.core.version.number == 1)
    }

    @Test("a round of which nobody answered goes on, and is asked for again")
    func nobodyAnswered() throws {
        let bench = try Self.bench(.rennala(batches: 2), agents: 2)
        Self.tell(bench, 1, 2)
        bench.advance(milliseconds: 5_000)
        let over = bench.handle(.tick)
        #expect(over.storedVersions == [])
        for agent in UInt32(1)...2 {
            guard case .policy(let policy)? = over.sent(to: agent).first else {
                Issue.record("agent \(agent) rests on")
                continue
            }
            #expect(policy.version == 0)
        }
        #expect(Self.tell(bench, 2, 1) == [], "what the silent one had does not count")
        #expect(Self.tell(bench, 2, 2).sent(to: 2) == [.collect(0)])
        #expect(Self.send(bench, 2, batches: 2, [1, 0, 0, 0]).storedVersions == [1])
    }

    @Test("progress that is repeated, late, of another boot or another version moves nothing")
    func odd() throws {
        let bench = try Self.bench(.rennala(batches: 4), agents: 2)
        Self.tell(bench, 1, 3)
        #expect(Self.tell(bench, 1, 3) == [] && Self.tell(bench, 1, 1) == [])
        #expect(Self.tell(bench, 2, 9, epoch: 7) == [], "another boot")
        #expect(Self.tell(bench, 2, 9, base: 3) == [], "a version to come")
        #expect(Self.tell(bench, 2, 1).sent(to: 1) == [.collect(0)])
        #expect(Self.tell(bench, 1, 3) == [], "it was asked just now")
        bench.advance(milliseconds: 500)
        #expect(Self.tell(bench, 1, 4).sent(to: 1) == [.collect(0)], "the Collect was lost")
        Self.send(bench, 1, batches: 4, [1, 0, 0, 0])
        #expect(Self.tell(bench, 1, 4) == [], "it has reported")
        Self.send(bench, 2, batches: 1, [1, 0, 0, 0])
        bench.storeAll()
        #expect(Self.tell(bench, 1, 4) == [], "the policy is on its way")
        bench.advance(milliseconds: 500)
        guard case .policy(let policy)? = Self.tell(bench, 1, 5).sent(to: 1).first else {
            Issue.record("the policy was lost, and is not sent again")
            return
        }
        #expect(policy.version == 1 && policy.parameters != nil)
        #expect(bench.core.roundCounters.progressIgnored == 5)
    }

    @Test("another boot of an agent has nothing collected, and is not waited for")
    func anotherBoot() throws {
        let bench = try Self.bench(.rennala(batches: 4), agents: 2)
        Self.tell(bench, 1, 3)
        Self.tell(bench, 2, 1)
        Self.send(bench, 2, batches: 1, [1, 0, 0, 0])
        let done = bench.deliver(
            bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 9, key: Bench.key(1))
        #expect(done.storedVersions == [1])
    }

    @Test("agents that collect hear that the work is done")
    func done() throws {
        let bench = try Self.bench(.rennala(batches: 2), agents: 2) { $0.updatesMaximum = 1 }
        Self.send(bench, 1, batches: 2, [1, 0, 0, 0])
        bench.storeAll()
        #expect(Self.tell(bench, 2, 1).refusal(to: 2) == .stopping)
    }

    @Test("a gateway restarted in the middle of a round takes up what is told and sent again, once")
    func restart() throws {
        let bench = try Self.bench(.rennala(batches: 3), agents: 2)
        Self.send(bench, 1, batches: 1, [1, 0, 0, 0])
        Self.tell(bench, 2, 2)
        Self.send(bench, 2, batches: 2, [0, 1, 0, 0])
        bench.storeAll()
        Self.tell(bench, 1, 2, base: 1)
        Self.send(bench, 2, 2, base: 1, batches: 1, [0, 0, 3, 0])
        let again = try bench.restarted(upTo: 1, initial: [0, 0, 0, 0])
        again.join(2)
        #expect(Self.send(again, 2, 2, base: 1, batches: 1, [0, 0, 3, 0]).storedVersions == [])
        #expect(Self.tell(again, 1, 2, base: 1).sent(to: 1) == [.collect(1)])
        #expect(Self.send(again, 1, 2, base: 1, batches: 2, [3, 0, 0, 0]).storedVersions == [2])
        let parameters = try #require(again.stored.last?.parameters)
        for (number, wanted) in zip(parameters, [1.0 / 3 + 2, 2.0 / 3, 1, 0]) { #expect(abs(number - wanted) < 1e-6) }
    }

    @Test("after a restart a round does not close with one agent alone while fewer are there than have to be")
    func restartedAlone() throws {
        let bench = try Self.bench(.rennala(batches: 50), agents: 3)
        for agent in 1...3 { Self.send(bench, agent, batches: 20, [1, 0, 0, 0]) }
        bench.storeAll()
        let again = try bench.restarted(upTo: 1, initial: [0, 0, 0, 0])
        func join(_ agent: Int) { again.deliver(again.hello(), from: UInt32(agent), key: Bench.key(agent)) }
        join(1)
        #expect(Self.send(again, 1, 2, base: 1, batches: 3, [1, 0, 0, 0]).storedVersions == [], "3 of 50")
        join(2)
        join(3)
        Self.tell(again, 2, 30, base: 1)
        #expect(Self.tell(again, 3, 17, base: 1).sent(to: 3) == [.collect(1)])
        Self.send(again, 2, 2, base: 1, batches: 30, [1, 0, 0, 0])
        #expect(Self.send(again, 3, 2, base: 1, batches: 17, [1, 0, 0, 0]).storedVersions == [2])
    }

    @Test("who is not asked is called back when those who were asked have left")
    func calledBack() throws {
        let bench = try Self.bench(.rennala(batches: 2), agents: 2)
        #expect(Self.tell(bench, 1, 2).sent(to: 2) == [.rest(0, milliseconds: 5_000)])
        let gone = bench.handle(.connectionGone(Connection(1)))
        guard case .policy(let policy)? = gone.sent(to: 2).first else {
            Issue.record("it rests on, and the round with it")
            return
        }
        #expect(policy.version == 0)
        #expect(Self.tell(bench, 2, 2).sent(to: 2) == [.collect(0)])
    }

    @Test("settings that contradict each other make no core")
    func contradictions() {
        var settings = Self.settings(.rennala(batches: 4), agents: 1)
        #expect(settings.isUsable && settings.localWork.collects)
        settings.local.batches = 2
        #expect(!settings.isUsable)
        settings.local.batches = 1
        settings.uplink.mirror = .float32
        settings.uplink.gate.rule = .lapg
        #expect(!settings.isUsable)
    }
}
