import Bounded
import Testing
import Wire

@testable import AgentCore

@Suite("The agent's conversation with its gateway")
struct AgentCoreTests {
    @Test("says nothing before a connection, then greets, and waits for its Welcome")
    func greets() throws {
        let rig = try AgentRig()
        #expect(rig.take() == nil)
        #expect(!rig.wantsWork)
        rig.core.connected(at: rig.now)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: nil, lastSequence: 0))
        #expect(rig.take() == nil)
        #expect(!rig.wantsWork)
    }

    @Test("greets again when nobody answers, no sooner than told")
    func greetsAgain() throws {
        let rig = try AgentRig()
        rig.core.connected(at: rig.now)
        _ = rig.take()
        rig.wait(699)
        #expect(rig.take() == nil)
        #expect(rig.deadline == rig.now.advanced(byMilliseconds: 1))
        rig.wait(1)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: nil, lastSequence: 0))
    }

    @Test("samples with the Welcome's policy and reports its gradient")
    func reports() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        #expect(rig.update() == .update(sequence: 1, base: 5))
        let report = try #require(rig.pen.report)
        #expect(report.steps == 20)
        #expect(report.trajectories == 1)
        #expect(report.gradientNorm.isFinite)
        #expect(report.mirrorChecksum == 0)
        #expect(report.gateValue == 0 && report.gateThreshold == 0)
        #expect(report.observations == nil)
        #expect(rig.pen.gradient.count == rig.specification.parameterCount)
        #expect(rig.hasUpdateInFlight)
    }

    @Test("waits while its update is in flight, and goes on with the answer's policy")
    func goesOn() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        #expect(!rig.wantsWork)
        rig.answer(1, version: 6)
        #expect(rig.counters.updatesApplied == 1)
        #expect(rig.update() == .update(sequence: 2, base: 6))
    }

    @Test("sends an update again until it is answered, the same bytes each time")
    func resends() throws {
        let rig = try AgentRig()
        rig.welcome()
        _ = rig.update()
        let first = rig.pen.gradient
        for _ in 0..<3 {
            rig.wait(499)
            #expect(rig.take() == nil)
            rig.wait(1)
            #expect(rig.take() == .update(sequence: 1, base: 0))
            #expect(rig.pen.gradient == first)
        }
        #expect(rig.counters.resends == 3)
    }

    @Test("ignores an answer to another epoch, an older sequence, or one twice")
    func ignoresForeignAnswers() throws {
        let rig = try AgentRig()
        rig.welcome()
        _ = rig.update()
        rig.answer(1, version: 1, epoch: 2)
        rig.answer(7, version: 1)
        #expect(rig.hasUpdateInFlight)
        rig.answer(1, version: 1)
        #expect(rig.update() == .update(sequence: 2, base: 1))
        rig.answer(1, version: 1)
        #expect(rig.hasUpdateInFlight)
        #expect(rig.counters.updatesApplied == 1)
        #expect(rig.counters.messagesIgnored == 3)
    }

    @Test("after a lost connection greets first, with its version and the unanswered sequence, then sends again")
    func reconnects() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.core.disconnected(at: rig.now)
        rig.wait(5_000)
        #expect(rig.take() == nil)
        rig.core.connected(at: rig.now)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: 5, lastSequence: 1))
        rig.give(.welcome(rig.pen.welcome(version: nil) { $0.newestVersion = PolicyVersion(5) }))
        #expect(rig.take() == .update(sequence: 1, base: 5))
    }

    @Test("takes the Welcome's word for what was applied, and does not send it again")
    func appliedByWelcome() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.core.disconnected(at: rig.now)
        rig.welcome(version: 6) { $0.lastAppliedSequence = UpdateSequence(1) }
        #expect(rig.counters.updatesApplied == 1)
        #expect(rig.update() == .update(sequence: 2, base: 6))
    }

    @Test("drops its update after an outage in which the policy moved too far")
    func dropsStale() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.core.disconnected(at: rig.now)
        rig.welcome(version: 14)
        #expect(rig.counters.updatesStale == 1)
        #expect(rig.update() == .update(sequence: 2, base: 14))
    }

    @Test("keeps an update that is exactly as old as the gateway takes")
    func keepsOldest() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.core.disconnected(at: rig.now)
        rig.welcome(version: 13)
        #expect(rig.take() == .update(sequence: 1, base: 5))
    }

    @Test("never moves to an older version, unless it is told that this is a rollback")
    func forwardOnly() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        rig.give(.policy(rig.pen.policy(version: 4)))
        #expect(rig.heldVersion == 5)
        var rollback = rig.pen.policy(version: 4)
        rollback.isRollback = true
        rig.give(.policy(rollback))
        #expect(rig.heldVersion == 4)
        #expect(rig.update() == .update(sequence: 1, base: 4))
    }

    @Test("samples nothing while the federation waits for more agents")
    func startBarrier() throws {
        let rig = try AgentRig()
        rig.welcome(version: nil) { $0.isWaiting = true }
        #expect(!rig.wantsWork)
        #expect(rig.take() == nil)
        rig.wait(2_500)
        #expect(rig.take() == .fetch(newestVersion: nil))
        #expect(!rig.wantsWork)
        rig.give(.policy(rig.pen.policy(version: 0)))
        #expect(rig.update() == .update(sequence: 1, base: 0))
    }

    @Test("fetches the parameters when an answer names a version without them")
    func fetches() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.answer(1, version: 7, parameters: false)
        #expect(!rig.wantsWork)
        #expect(rig.take() == .fetch(newestVersion: 5))
        #expect(rig.take() == nil)
        rig.wait(500)
        #expect(rig.take() == .fetch(newestVersion: 5))
        rig.give(.policy(rig.pen.policy(version: 7)))
        #expect(rig.update() == .update(sequence: 2, base: 7))
    }

    @Test("goes on with what it holds when an answer names that version")
    func currentAnswer() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.answer(1, version: 5, outcome: .duplicate, parameters: false)
        #expect(rig.update() == .update(sequence: 2, base: 5))
    }

    @Test("does not fetch for an announcement while it samples, and reports on the version it began with")
    func announcedWhileSampling() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        rig.work(slices: 2)
        rig.give(.announce(Announce(version: PolicyVersion(9))))
        #expect(rig.take() == nil)
        #expect(rig.update() == .update(sequence: 1, base: 5))
    }

    @Test("abandons a batch that the gateway would refuse as stale, and fetches")
    func abandonsBatch() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        rig.work(slices: 2)
        rig.give(.announce(Announce(version: PolicyVersion(14))))
        #expect(rig.counters.batchesStale == 1)
        #expect(!rig.wantsWork)
        #expect(rig.take() == .fetch(newestVersion: 5))
        rig.give(.policy(rig.pen.policy(version: 14)))
        #expect(rig.update() == .update(sequence: 1, base: 14))
    }

    @Test("takes a pushed policy for its next batch, not for the one at hand")
    func pushed() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        rig.work(slices: 2)
        rig.give(.policy(rig.pen.policy(version: 6)))
        #expect(rig.update() == .update(sequence: 1, base: 5))
        rig.answer(1, version: 6, parameters: false)
        #expect(rig.update() == .update(sequence: 2, base: 6))
    }

    @Test("replaces an update that never left by a newer one, under the same sequence")
    func replacesUnsent() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        rig.core.disconnected(at: rig.now)
        rig.work()
        #expect(rig.counters.updatesComputed == 1)
        rig.work()
        #expect(rig.counters.updatesComputed == 2)
        rig.core.connected(at: rig.now)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: 5, lastSequence: 0))
        rig.give(.welcome(rig.pen.welcome(version: 6)))
        #expect(rig.take() == .update(sequence: 1, base: 5))
    }

    @Test("offers the same message again soon after the transport would not take it")
    func blocked() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        rig.work()
        #expect(rig.refuse() == .update(sequence: 1, base: 5))
        #expect(rig.take() == nil)
        rig.wait(5)
        #expect(rig.take() == .update(sequence: 1, base: 5))
        #expect(rig.counters.resends == 0)
    }

    @Test("forgets its version when it meets another federation")
    func otherFederation() throws {
        let rig = try AgentRig()
        rig.welcome(version: 50)
        _ = rig.update()
        rig.core.disconnected(at: rig.now)
        rig.welcome(version: 2) { $0.federationID = 78 }
        #expect(rig.heldVersion == 2)
        #expect(rig.update() == .update(sequence: 2, base: 2))
    }

    @Test("drops what it cannot decode, and what comes before its Welcome")
    func dropsGarbage() throws {
        let rig = try AgentRig()
        rig.core.connected(at: rig.now)
        rig.give([])
        rig.give([1, 2, 3, 255, 255])
        rig.give(.policy(rig.pen.policy(version: 3)))
        rig.give(.welcome(rig.pen.welcome(version: 3)))
        #expect(rig.counters.messagesMalformed == 2)
        #expect(rig.counters.messagesIgnored == 2)
        #expect(rig.heldVersion == nil)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: nil, lastSequence: 0))
    }

    @Test("says goodbye when it is told to stop, once, and only where it was welcome")
    func saysGoodbye() throws {
        let rig = try AgentRig()
        rig.welcome()
        rig.core.stop()
        #expect(rig.take() == .goodbye(epoch: 3))
        #expect(rig.take() == nil)
        #expect(!rig.wantsWork)
        let stranger = try AgentRig()
        stranger.core.stop()
        #expect(stranger.take() == nil)
        guard case .told? = stranger.ending else {
            Issue.record("an agent that was told to stop goes on")
            return
        }
    }
}
