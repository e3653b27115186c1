import Bounded
import GradientCodec
import PolicyMath
import Testing
import Wire

@testable import AgentCore

@Suite("An agent with a shared critic")
struct SharedCriticTests {
    static let widths: HiddenWidths = {
        var widths = HiddenWidths()
        _ = widths.append(5)
        return widths
    }()

    /// Pendulum has three observations.
    static let count = 3 * 5 + 5 + 5 + 1

    static func configure(_ settings: inout AgentSettings) {
        settings.estimator = EstimatorSettings(
            estimator: .gae, discount: 0.95, lambda: 0.9, baseline: .critic,
            critic: CriticSettings(hiddenWidths: LayerWidths([5]), minibatch: 8))
        settings.estimator.critic.isShared = true
    }

    static func critic(_ rig: AgentRig, version: UInt64, mean: Double = 2, scale: Double = 3) -> Policy.Critic {
        Policy.Critic(parameters: rig.pen.packedCritic(version: version), targetMean: mean, targetScale: scale)
    }

    static func rig(
        codec: VectorCodec = .denseFloat32, _ change: (inout Welcome) -> Void = { _ in }
    ) throws -> AgentRig {
        let rig = try AgentRig(configure: configure)
        rig.welcome(version: 0) {
            $0.settings.critic = CriticSharing(hiddenWidths: Self.widths, codec: codec)
            $0.policy?.critic = critic(rig, version: 0)
            change(&$0)
        }
        return rig
    }

    static func loaded(_ rig: AgentRig, version: UInt64) -> [Float] {
        Array(rig.pen.packedCritic(version: version).data.bindMemory(to: Float.self))
    }

    static func difference(_ left: [Float], _ right: [Float]) -> [Float] { zip(left, right).map { $0 - $1 } }

    static func answer(_ rig: AgentRig, _ sequence: UInt64, version: UInt64) {
        var policy = rig.pen.policy(version: version, answering: sequence)
        policy.critic = critic(rig, version: version)
        rig.give(.policy(policy))
    }

    @Test("each batch begins with the critic of its version, and the update says how training changed it")
    func change() throws {
        let rig = try Self.rig()
        #expect(rig.pen.helloCritic == Self.widths)
        for version in 0..<4 as Range<UInt64> {
            #expect(rig.update() == .update(sequence: version + 1, base: version))
            let change = try #require(rig.pen.critic)
            #expect(change == Self.difference(rig.critic, Self.loaded(rig, version: version)))
            #expect(change.count == Self.count && change.contains { $0 != 0 })
            #expect(rig.pen.criticTargets?.count == 20)
            #expect((rig.pen.criticTargets?.squaredDeviations ?? -1) > 0)
            Self.answer(rig, version + 1, version: version + 1)
        }
    }

    @Test("in half precision, when the federation wants it so")
    func half() throws {
        let rig = try Self.rig(codec: .denseFloat16)
        _ = rig.update()
        let exact = Self.difference(rig.critic, Self.loaded(rig, version: 0))
        #expect(rig.pen.criticCodec == .denseFloat16)
        #expect(rig.pen.critic == exact.map { Float(Float16($0)) })
    }

    @Test("the same bytes again while there is no answer, whatever newer policy has come")
    func resent() throws {
        let rig = try Self.rig()
        _ = rig.update()
        let first = rig.pen.critic
        var pushed = rig.pen.policy(version: 6)
        pushed.critic = Self.critic(rig, version: 6)
        rig.give(.policy(pushed))
        rig.wait(600)
        #expect(rig.take() == .update(sequence: 1, base: 0))
        #expect(rig.pen.critic == first && first != nil)
        rig.answer(1, version: 7, parameters: false)
    }

    @Test("K batches train on from one load, and their change is one")
    func local() throws {
        let rig = try Self.rig { $0.settings.local.batches = 3 }
        _ = rig.update()
        #expect(rig.pen.critic == Self.difference(rig.critic, Self.loaded(rig, version: 0)))
        #expect(rig.pen.criticTargets?.count == 60)
        let single = try Self.rig()
        _ = single.update()
        #expect(single.pen.critic != rig.pen.critic)
        Self.answer(rig, 1, version: 1)
        _ = rig.update()
        #expect(rig.pen.critic == Self.difference(rig.critic, Self.loaded(rig, version: 1)))
    }

    @Test("a gradient that has to be sent again whole takes the same change along")
    func whole() throws {
        let rig = try AgentRig {
            Self.configure(&$0)
            $0.uplink.mirror = .float32
            $0.uplink.feedback = .innovation
        }
        rig.pen.uplink = .sending(.denseFloat32)
        rig.pen.uplink.mirror = .float32
        rig.pen.uplink.feedback = .innovation
        rig.welcome(version: 0) {
            $0.settings.critic = CriticSharing(hiddenWidths: Self.widths)
            $0.policy?.critic = Self.critic(rig, version: 0)
        }
        #expect(rig.update() == .update(sequence: 1, base: 0))
        let first = try #require(rig.pen.critic)
        let targets = rig.pen.criticTargets
        var reject = Reject(reason: .mirror)
        reject.epoch = BootEpoch(3)
        reject.sequence = UpdateSequence(1)
        rig.give(.reject(reject))
        #expect(rig.take() == .update(sequence: 2, base: 0))
        #expect(rig.pen.critic == first && rig.pen.criticTargets == targets && !rig.pen.isInnovation)
    }

    @Test("without the key, or with another baseline, it says nothing of a critic, takes none and sends none")
    func without() throws {
        for configure in [
            { (settings: inout AgentSettings) in
                Self.configure(&settings)
                settings.estimator.critic.isShared = false
            },
            { (settings: inout AgentSettings) in settings.estimator.baseline = .linear },
        ] {
            let rig = try AgentRig(configure: configure)
            rig.welcome(version: 0) { $0.settings.critic = CriticSharing(hiddenWidths: Self.widths) }
            #expect(rig.pen.helloCritic == nil)
            #expect(rig.update() == .update(sequence: 1, base: 0))
            #expect(rig.pen.critic == nil && rig.pen.criticTargets == nil)
            #expect(rig.planBytes(of: "critic shared") == 0)
        }
    }

    @Test("in a federation that shares none it trains its own, as it would without the key, bit for bit")
    func own() throws {
        let able = try AgentRig(configure: Self.configure)
        let plain = try AgentRig {
            Self.configure(&$0)
            $0.estimator.critic.isShared = false
        }
        for rig in [able, plain] { rig.welcome(version: 0) }
        for version in 0..<5 as Range<UInt64> {
            for rig in [able, plain] {
                #expect(rig.update() == .update(sequence: version + 1, base: version))
                #expect(rig.pen.critic == nil)
                rig.answer(version + 1, version: version + 1)
            }
            #expect(able.pen.gradient == plain.pen.gradient && able.critic == plain.critic)
        }
    }

    @Test("ends when the federation's critic has other layers, and names them")
    func mismatch() throws {
        var other = HiddenWidths()
        _ = other.append(6)
        let rig = try AgentRig(configure: Self.configure)
        rig.welcome(version: nil) { $0.settings.critic = CriticSharing(hiddenWidths: other) }
        guard case .shape(let mismatch) = rig.ending else {
            Issue.record("it goes on")
            return
        }
        #expect(mismatch.own == 5 && mismatch.federation == 6)
        #expect(FixedText(mismatch.part).string == "width of a hidden layer of the critic")
    }

    @Test("a critic of another length makes the policy malformed: nothing is held, and the agent asks again")
    func malformed() throws {
        let rig = try Self.rig()
        _ = rig.update()
        var policy = rig.pen.policy(version: 1, answering: 1)
        let whole = rig.pen.packedCritic(version: 1)
        policy.critic = Policy.Critic(
            parameters: PackedVector(
                codec: .denseFloat32, count: Self.count - 1,
                data: UnsafeRawBufferPointer(rebasing: whole.data.dropLast(4))),
            targetMean: 0, targetScale: 1)
        rig.give(.policy(policy))
        #expect(rig.counters.messagesMalformed == 1 && rig.heldVersion == nil)
        #expect(rig.take() == .fetch(newestVersion: nil))
    }

    @Test("a policy without one leaves the critic to the agent, and nothing is sent of it")
    func dropped() throws {
        let rig = try Self.rig()
        _ = rig.update()
        #expect(rig.pen.critic != nil)
        rig.answer(1, version: 1)
        _ = rig.update()
        #expect(rig.pen.critic == nil)
    }

    @Test("its memory has a name of its own: what is held, what was loaded, and room for half precision")
    func memory() throws {
        let rig = try Self.rig()
        func padded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }
        #expect(rig.planBytes(of: "critic shared") == 2 * padded(4 * Self.count) + padded(2 * Self.count))
    }

    @Test("messages have room for the critic where it is shared, and need none where it is not")
    func limits() throws {
        let rig = try Self.rig { $0.settings.largestMessageBytes = 1_024 + 4 * 4_000 }
        #expect(rig.ending == nil)
        let shape = PolicyShape(rig.specification)
        let bare = UInt32(WireLimits(policy: shape).largestMessageBytes)
        let alone = try AgentRig(configure: Self.configure)
        alone.welcome(version: 0) { $0.settings.largestMessageBytes = bare }
        #expect(alone.ending == nil)
        let sharing = try Self.rig { $0.settings.largestMessageBytes = bare }
        guard case .updateTooLarge(let bytes, let limit) = sharing.ending else {
            Issue.record("it goes on")
            return
        }
        #expect(bytes == limit + 4 * Self.count)
    }
}
