import Bounded
import Testing
import Wire

@testable import AgentCore

@Suite("Local work")
struct LocalWorkTests {
    static func rig(
        version: UInt64? = 1, configure: (inout AgentSettings) -> Void = { _ in },
        _ change: (inout LocalWork) -> Void
    ) throws -> AgentRig {
        let rig = try AgentRig(configure: configure)
        rig.welcome(version: version) {
            change(&$0.settings.local)
            if $0.settings.local.collects { $0.settings.stalenessMaximum = 0 }
        }
        return rig
    }

    /// Works until one more batch is finished, and gives its gradient.
    static func batch(_ rig: AgentRig) -> [Float] {
        let before = rig.finished
        for _ in 0..<10_000 where rig.wantsWork && rig.finished == before { rig.work(slices: 1) }
        return rig.gradient
    }

    static func mean(_ gradients: [[Float]]) -> [Float] {
        var sum = [Float](repeating: 0, count: gradients[0].count)
        for gradient in gradients { for j in sum.indices { sum[j] += gradient[j] } }
        return sum.map { $0 * (1 / Float(gradients.count)) }
    }

    @Test("K batches with the same parameters make one update: the mean of their gradients, and all that was sampled")
    func averages() throws {
        let rig = try Self.rig { $0.batches = 3 }
        let gradients = (0..<3).map { _ in Self.batch(rig) }
        #expect(rig.take() == .update(sequence: 1, base: 1))
        #expect(rig.pen.gradient == Self.mean(gradients))
        #expect(Set(gradients.map(\.first)).count == 3, "three gradients, not one thrice")
        let report = try #require(rig.pen.report)
        #expect(report.batches == 3 && report.steps == 60 && report.trajectories == 3)
        #expect(rig.take() == nil && !rig.wantsWork, "one report in flight")
        rig.answer(1, version: 2)
        #expect(rig.update() == .update(sequence: 2, base: 2))
        #expect(rig.pen.report?.steps == 60)
    }

    @Test("one batch a time is one gradient a time, and says so")
    func single() throws {
        let rig = try Self.rig { _ in }
        #expect(rig.update() == .update(sequence: 1, base: 1))
        #expect(rig.pen.report?.batches == 1 && rig.pen.report?.steps == 20)
        #expect(rig.pen.gradient == rig.gradient)
    }

    @Test("local steps ascend: the second gradient is taken where the first one leads", arguments: [false, true])
    func ascends(normalises: Bool) throws {
        let rig = try Self.rig {
            $0.batches = 2
            $0.stepSize = 0.25
            $0.normalises = normalises
        }
        let first = Self.batch(rig)
        let second = Self.batch(rig)
        #expect(rig.take() == .update(sequence: 1, base: 1))

        // The same agent, told between two updates of one batch each where to go.
        let other = try Self.rig { _ in }
        #expect(Self.batch(other) == first)
        #expect(other.take() == .update(sequence: 1, base: 1))
        func weight(_ gradient: [Float]) -> Float {
            let norm = Float(gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
            return normalises ? 1 / norm : 1
        }
        let held = rig.heldParameters
        let moved = held.indices.map { held[$0] + 0.25 * (0 + weight(first) * first[$0]) }
        moved.withUnsafeBytes { bytes in
            var policy = Policy(
                version: PolicyVersion(2),
                parameters: PackedVector(codec: .denseFloat32, count: moved.count, data: bytes))
            policy.answer = Policy.Answer(
                to: UpdateIdentity(epoch: BootEpoch(3), sequence: UpdateSequence(1)), outcome: .applied)
            other.give(.policy(policy))
        }
        #expect(Self.batch(other) == second)
        let sent = first.indices.map { (0 + weight(first) * first[$0] + weight(second) * second[$0]) * 0.5 }
        #expect(rig.pen.gradient == sent)
        #expect(rig.heldParameters == held, "what is held is what the gateway sent")
    }

    @Test("local steps go on from the version they began with, though a newer one was pushed")
    func pushed() throws {
        let rig = try Self.rig {
            $0.batches = 2
            $0.stepSize = 0.25
        }
        _ = Self.batch(rig)
        rig.give(.policy(rig.pen.policy(version: 5)))
        #expect(rig.heldVersion == 1)
        #expect(rig.update() == .update(sequence: 1, base: 1))
        rig.answer(1, version: 6)
        #expect(rig.heldVersion == 6)
    }

    @Test("K batches are given up when their version has become too old")
    func stale() throws {
        let rig = try Self.rig { $0.batches = 4 }
        _ = Self.batch(rig)
        _ = Self.batch(rig)
        rig.give(.policy(rig.pen.policy(version: 10)))
        #expect(rig.counters.batchesDiscarded == 2)
        #expect(rig.update() == .update(sequence: 1, base: 10))
        #expect(rig.pen.report?.batches == 4)
    }

    // MARK: - Collecting

    @Test("a collector tells of every batch, and sends the mean when it is asked")
    func collects() throws {
        let rig = try Self.rig { $0.collects = true }
        var gradients: [[Float]] = []
        for count in 1...3 {
            gradients.append(Self.batch(rig))
            #expect(rig.take() == .progress(base: 1, batches: count))
            #expect(rig.take() == nil)
        }
        rig.work(slices: 2)
        rig.give(.collect(Collect(version: PolicyVersion(1))))
        #expect(rig.take() == .update(sequence: 1, base: 1))
        #expect(rig.pen.gradient == Self.mean(gradients))
        #expect(rig.pen.report?.batches == 3 && rig.pen.report?.steps == 60 && rig.pen.report?.trajectories == 3)
        #expect(rig.counters.batchesCut == 1)
        rig.give(.collect(Collect(version: PolicyVersion(1))))
        #expect(rig.take() == nil && !rig.wantsWork, "asked again while the answer is on its way")
        rig.wait(600)
        #expect(rig.take() == .update(sequence: 1, base: 1), "an ordinary update: sent until it is answered")
        rig.answer(1, version: 2)
        _ = Self.batch(rig)
        #expect(rig.take() == .progress(base: 2, batches: 1))
    }

    @Test("a Collect of another version, or before anything is finished, changes nothing")
    func inVain() throws {
        let rig = try Self.rig { $0.collects = true }
        rig.work(slices: 1)
        rig.give(.collect(Collect(version: PolicyVersion(1))))
        #expect(rig.take() == nil && rig.isSampling, "it goes on with its first batch")
        _ = Self.batch(rig)
        rig.give(.collect(Collect(version: PolicyVersion(0))))
        rig.give(.collect(Collect(version: PolicyVersion(2))))
        #expect(rig.take() == .progress(base: 1, batches: 1))
        #expect(rig.counters.messagesIgnored == 3)
        let plain = try Self.rig { _ in }
        plain.give(.collect(Collect(version: PolicyVersion(1))))
        #expect(plain.counters.messagesIgnored == 1)
    }

    @Test("a collector of which nothing is wanted rests until a policy comes, keeping what it finished")
    func rests() throws {
        let rig = try Self.rig { $0.collects = true }
        _ = Self.batch(rig)
        #expect(rig.take() == .progress(base: 1, batches: 1))
        rig.work(slices: 1)
        rig.give(.collect(Collect(version: PolicyVersion(1), restMilliseconds: 3_000)))
        #expect(!rig.wantsWork && rig.counters.batchesCut == 1 && rig.take() == nil)
        rig.give(.policy(rig.pen.policy(version: 1)))
        #expect(rig.wantsWork, "the round goes on")
        _ = Self.batch(rig)
        #expect(rig.take() == .progress(base: 1, batches: 2), "the first is still there")
        rig.give(.collect(Collect(version: PolicyVersion(1), restMilliseconds: 3_000)))
        rig.give(.policy(rig.pen.policy(version: 2)))
        _ = Self.batch(rig)
        #expect(rig.take() == .progress(base: 2, batches: 1))
    }

    @Test("rest ends when its time is over, when the mean is wanted after all, and with the connection")
    func restEnds() throws {
        let rig = try Self.rig { $0.collects = true }
        let rest = GatewayMessage.collect(Collect(version: PolicyVersion(1), restMilliseconds: 3_000))
        let gradient = Self.batch(rig)
        _ = rig.take()
        rig.give(rest)
        #expect(rig.deadline == rig.now.advanced(byMilliseconds: 3_000))
        rig.wait(2_999)
        #expect(rig.take() == nil && !rig.wantsWork)
        rig.wait(1)
        #expect(rig.take() == nil && rig.wantsWork)
        rig.give(rest)
        rig.core.disconnected(at: rig.now)
        #expect(rig.wantsWork)
        rig.welcome(version: nil) {
            $0.newestVersion = PolicyVersion(1)
            $0.settings.local.collects = true
            $0.settings.stalenessMaximum = 0
        }
        _ = rig.take()
        rig.give(rest)
        rig.give(.collect(Collect(version: PolicyVersion(1))))
        #expect(rig.take() == .update(sequence: 1, base: 1))
        #expect(rig.pen.gradient == gradient)
        rig.answer(1, version: 2)
        #expect(rig.wantsWork)
    }

    @Test("of another version, or where nothing is collected, nobody rests")
    func restInVain() throws {
        let rig = try Self.rig { $0.collects = true }
        rig.give(.collect(Collect(version: PolicyVersion(0), restMilliseconds: 3_000)))
        let plain = try Self.rig { _ in }
        plain.give(.collect(Collect(version: PolicyVersion(1), restMilliseconds: 3_000)))
        #expect(rig.wantsWork && plain.wantsWork)
        #expect(rig.counters.messagesIgnored == 1 && plain.counters.messagesIgnored == 1)
    }

    @Test("local steps that lead to where a batch breaks are given up, and begin again at the policy that is held")
    func divergedAscent() throws {
        // The second batch of the first work breaks.
        let rig = try ScriptedEnvironment.rig("nan_from=25;nan_to=25")
        rig.welcome(version: 1) {
            $0.settings.local.batches = 2
            $0.settings.local.stepSize = 0.25
        }
        #expect(rig.update() == .update(sequence: 1, base: 1))
        #expect(rig.counters.batchesBroken == 1)
        #expect(rig.counters.batchesDiscarded == 1, "the batch before it, whose step led there")
        #expect(rig.pen.report?.batches == 2)
    }

    @Test("a newer version ends what was collected at the older one")
    func newVersion() throws {
        let rig = try Self.rig { $0.collects = true }
        _ = Self.batch(rig)
        _ = Self.batch(rig)
        rig.work(slices: 1)
        rig.give(.policy(rig.pen.policy(version: 2)))
        #expect(rig.counters.batchesDiscarded == 2 && rig.counters.batchesStale == 1)
        #expect(rig.take() == nil)
        _ = Self.batch(rig)
        #expect(rig.take() == .progress(base: 2, batches: 1))
    }

    @Test("progress that the transport did not take, or that a lost connection took along, is told again")
    func toldAgain() throws {
        let rig = try Self.rig { $0.collects = true }
        _ = Self.batch(rig)
        #expect(rig.refuse() == .progress(base: 1, batches: 1))
        #expect(rig.deadline != nil)
        rig.wait(10)
        #expect(rig.take() == .progress(base: 1, batches: 1))
        rig.core.disconnected(at: rig.now)
        _ = Self.batch(rig)
        #expect(rig.take() == nil, "nobody to tell")
        rig.welcome(version: nil) {
            $0.newestVersion = PolicyVersion(1)
            $0.settings.local.collects = true
            $0.settings.stalenessMaximum = 0
        }
        #expect(rig.take() == .progress(base: 1, batches: 2), "what was collected is still there")
    }

    @Test("a federation that asks for other work gets none of the old")
    func otherWork() throws {
        let rig = try Self.rig { $0.collects = true }
        _ = Self.batch(rig)
        rig.core.disconnected(at: rig.now)
        rig.welcome(version: nil) { $0.newestVersion = PolicyVersion(1) }
        #expect(rig.counters.batchesDiscarded == 1)
        #expect(rig.update() == .update(sequence: 1, base: 1))
        #expect(rig.pen.report?.batches == 1)
    }

    @Test("error feedback and innovations carry the mean, which is sent again whole when the mirror is another one")
    func mirrored() throws {
        let rig = try AgentRig {
            $0.uplink.mirror = .float32
            $0.uplink.feedback = .innovation
        }
        rig.pen.uplink = .sending(.denseFloat32)
        rig.pen.uplink.mirror = .float32
        rig.pen.uplink.feedback = .innovation
        rig.welcome(version: 1) { $0.settings.local.batches = 2 }
        let gradients = (0..<2).map { _ in Self.batch(rig) }
        #expect(rig.take() == .update(sequence: 1, base: 1))
        var reject = Reject(reason: .mirror)
        reject.epoch = BootEpoch(3)
        reject.sequence = UpdateSequence(1)
        rig.give(.reject(reject))
        #expect(rig.take() == .update(sequence: 2, base: 1))
        #expect(rig.pen.gradient == Self.mean(gradients))
        #expect(rig.pen.report?.batches == 2 && !rig.pen.isInnovation)
    }

    @Test("local work takes one vector of memory, told under its name")
    func memory() throws {
        let rig = try Self.rig { _ in }
        #expect(rig.planBytes(of: "local work") == (rig.specification.parameterCount * 4 + 63) / 64 * 64)
    }
}
