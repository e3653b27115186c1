import Bounded
import Testing
import Wire

@testable import AgentCore

@Suite("What the agent does when it is refused")
struct RejectTests {
    private func refusal(
        _ reason: RejectReason, sequence: UInt64 = 0, epoch: UInt64 = 3, retryAfter: UInt32 = 0
    ) -> GatewayMessage {
        var reject = Reject(reason: reason)
        reject.epoch = BootEpoch(epoch)
        reject.sequence = UpdateSequence(sequence)
        reject.retryAfterMilliseconds = retryAfter
        reject.detail = FixedText("as told")
        return .reject(reject)
    }

    @Test(
        "ends when no retry can help, and says why",
        arguments: [RejectReason.unknownKey, .protocolVersion, .shape, .oldEpoch, .codec, .messageSize, .full])
    func fatal(reason: RejectReason) throws {
        let rig = try AgentRig()
        rig.core.connected(at: rig.now)
        _ = rig.take()
        rig.give(refusal(reason))
        guard case .refused(let given, let detail)? = rig.ending else {
            Issue.record("goes on after \(reason)")
            return
        }
        #expect(given == reason)
        #expect(detail.string == "as told")
        #expect(rig.take() == nil)
        #expect(!rig.wantsWork)
    }

    @Test("greets again after the time it is told when there is no room or the gateway stops for now",
        arguments: [RejectReason.full, .busy, .stopping])
    func later(reason: RejectReason) throws {
        let rig = try AgentRig()
        rig.core.connected(at: rig.now)
        _ = rig.take()
        rig.give(refusal(reason, retryAfter: 3_000))
        rig.wait(2_999)
        #expect(rig.take() == nil)
        rig.wait(1)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: nil, lastSequence: 0))
    }

    @Test("ends without an error when the gateway is done")
    func done() throws {
        let rig = try AgentRig()
        rig.welcome()
        _ = rig.update()
        rig.give(refusal(.stopping, sequence: 1))
        guard case .gatewayDone? = rig.ending else {
            Issue.record("goes on")
            return
        }
    }

    @Test("sends a busy gateway the same update again after the time it is told")
    func busy() throws {
        let rig = try AgentRig()
        rig.welcome()
        _ = rig.update()
        rig.give(refusal(.busy, sequence: 1, retryAfter: 90))
        rig.wait(89)
        #expect(rig.take() == nil)
        rig.wait(1)
        #expect(rig.take() == .update(sequence: 1, base: 0))
    }

    @Test("drops a stale update, and fetches before it samples again")
    func stale() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.give(refusal(.stale, sequence: 1))
        #expect(rig.counters.updatesStale == 1)
        #expect(!rig.wantsWork)
        #expect(rig.take() == .fetch(newestVersion: 5))
        rig.give(.policy(rig.pen.policy(version: 30)))
        #expect(rig.update() == .update(sequence: 2, base: 30))
    }

    @Test("samples on when what was refused as stale is older than what it holds by now")
    func staleBefore() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.give(.policy(rig.pen.policy(version: 6)))
        rig.give(refusal(.stale, sequence: 1))
        #expect(rig.counters.updatesStale == 1 && rig.heldVersion == 6)
        #expect(rig.wantsWork, "nobody said that there is a version 7")
        #expect(rig.update() == .update(sequence: 2, base: 6))
    }

    @Test("forgets a version that is not of the gateway's history, and takes what it has")
    func futureVersion() throws {
        let rig = try AgentRig()
        rig.welcome(version: 50)
        _ = rig.update()
        rig.give(refusal(.futureVersion, sequence: 1))
        #expect(rig.heldVersion == nil)
        #expect(rig.take() == .hello(epoch: 3, newestVersion: nil, lastSequence: 0))
        rig.give(.welcome(rig.pen.welcome(version: 2)))
        #expect(rig.heldVersion == 2)
        #expect(rig.update() == .update(sequence: 2, base: 2))
    }

    @Test("greets a gateway that does not know the session, and then sends the same update")
    func notWelcomed() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.give(refusal(.notWelcomed, sequence: 1))
        #expect(rig.take() == .hello(epoch: 3, newestVersion: 5, lastSequence: 1))
        rig.give(.welcome(rig.pen.welcome(version: 5)))
        #expect(rig.take() == .update(sequence: 1, base: 5))
    }

    @Test(
        "drops an update that the gateway will never take, and goes on with the next",
        arguments: [RejectReason.notFinite, .norm, .malformed, .sequence, .filtered])
    func dropped(reason: RejectReason) throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.give(refusal(reason, sequence: 1))
        #expect(rig.counters.updatesRefused == 1)
        #expect(rig.update() == .update(sequence: 2, base: 5))
    }

    @Test("takes an unnamed refusal of a malformed frame as one of the update in flight")
    func unnamed() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.give(refusal(.malformed))
        #expect(rig.counters.updatesRefused == 1)
        #expect(rig.update() == .update(sequence: 2, base: 5))
    }

    @Test("ignores a refusal of an older update")
    func late() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5)
        _ = rig.update()
        rig.answer(1, version: 6)
        _ = rig.update()
        rig.give(refusal(.stale, sequence: 1))
        #expect(rig.hasUpdateInFlight)
        #expect(rig.counters.messagesIgnored == 1)
    }

    @Test("numbers its updates above everything that the gateway has applied of its epoch")
    func usedEpoch() throws {
        let rig = try AgentRig()
        rig.welcome(version: 5) { $0.lastAppliedSequence = UpdateSequence(40) }
        #expect(rig.update() == .update(sequence: 41, base: 5))
    }
}

@Suite("What the agent makes of a Welcome that does not fit")
struct WelcomeMismatchTests {
    @Test("ends when the federation's policy has another shape, and names the part")
    func shape() throws {
        let rig = try AgentRig()
        rig.welcome { $0.specification.normalisesObservations = true }
        guard case .shape(let mismatch)? = rig.ending else {
            Issue.record("goes on")
            return
        }
        #expect(FixedText(mismatch.part).string == "observation_normalisation")
        #expect(mismatch.own == 0 && mismatch.federation == 1)
    }

    @Test("ends when the gateway takes no frame as long as its updates")
    func messageSize() throws {
        let rig = try AgentRig()
        rig.welcome { $0.settings.largestMessageBytes = 600 }
        guard case .updateTooLarge(let bytes, 600)? = rig.ending else {
            Issue.record("goes on")
            return
        }
        #expect(bytes > 600)
    }

    @Test("holds the log standard deviations within the federation's range")
    func logStd() throws {
        let rig = try AgentRig()
        rig.welcome {
            $0.specification.logStdMinimum = -0.5
            $0.specification.logStdMaximum = -0.25
        }
        _ = rig.update()
        let entropy = try #require(rig.pen.report?.entropy)
        // One action: log std + (1 + log 2π)/2.
        #expect(abs(entropy - (-0.25 + 1.4189385)) < 1e-4)
    }

    @Test("no gradient leads a log standard deviation that is out of the federation's range further out",
        arguments: [true, false])
    func logStdGradient(isAbove: Bool) throws {
        let rig = try AgentRig()
        rig.welcome {
            $0.specification.logStdMinimum = isAbove ? -0.5 : 3
            $0.specification.logStdMaximum = isAbove ? -0.25 : 4
        }
        var gradients: [Float] = []
        for round in 1...8 {
            _ = rig.update()
            gradients.append(try #require(rig.pen.gradient.last))
            rig.answer(UInt64(round), version: UInt64(round))
        }
        #expect(gradients.allSatisfy { isAbove ? $0 <= 0 : $0 >= 0 }, "\(gradients)")
        #expect(gradients.contains { $0 != 0 }, "what leads back is kept")
    }
}
