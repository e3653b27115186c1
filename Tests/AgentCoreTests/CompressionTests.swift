import Bounded
import GradientCodec
import Testing
import Wire

@testable import AgentCore

@Suite("What the agent sends of a gradient")
struct CompressionTests {
    private static func uplink(
        _ codec: VectorCodec = .denseFloat32, rule: GateSettings.Rule = .none,
        mirror: UplinkSettings.Mirror = .float32, feedback: Feedback = .none
    ) -> UplinkSettings {
        var uplink = UplinkSettings.sending(codec)
        uplink.codec.keptFraction = 0.1
        uplink.gate.rule = rule
        uplink.gate.chunks = 4
        uplink.gate.skipRoundsMaximum = 2
        uplink.mirror = mirror
        uplink.feedback = feedback
        return uplink
    }

    private static func rig(_ uplink: UplinkSettings, configure: (inout AgentSettings) -> Void = { _ in }) throws
        -> AgentRig
    {
        let rig = try AgentRig {
            $0.uplink = uplink
            configure(&$0)
        }
        rig.pen.uplink = uplink
        return rig
    }

    private func refusal(_ reason: RejectReason, sequence: UInt64) -> GatewayMessage {
        var reject = Reject(reason: reason)
        reject.epoch = BootEpoch(3)
        reject.sequence = UpdateSequence(sequence)
        return .reject(reject)
    }

    // MARK: - Updates

    @Test("packs with the federation's codec, says what it was refused the mirror for once more, whole, and goes on")
    func mirrorRefused() throws {
        let rig = try Self.rig(Self.uplink(.topK, feedback: .innovation))
        rig.welcome(version: 0)
        #expect(rig.update() == .update(sequence: 1, base: 0))
        #expect(rig.pen.codec == .denseFloat32 && !rig.pen.isInnovation && rig.pen.report?.mirrorChecksum == 0)
        let first = rig.pen.gradient
        rig.answer(1, version: 1)
        #expect(rig.update() == .update(sequence: 2, base: 1))
        #expect(rig.pen.codec == .topK && rig.pen.isInnovation)
        #expect(rig.pen.report?.mirrorChecksum == first.withUnsafeBytes { Report.mirrorChecksum(of: $0) })
        let gradient = rig.gradient

        rig.give(refusal(.mirror, sequence: 2))
        #expect(rig.take() == .update(sequence: 3, base: 1))
        #expect(rig.pen.codec == .denseFloat32 && !rig.pen.isInnovation && rig.pen.report?.mirrorChecksum == 0)
        #expect(rig.pen.gradient == gradient)
        #expect(rig.counters.resynchronisations == 1)
        rig.give(refusal(.mirror, sequence: 2))
        #expect(rig.take() == nil, "a repeated refusal of the same update changes nothing")
        rig.answer(3, version: 2)
        #expect(rig.update() == .update(sequence: 4, base: 2))
        #expect(rig.pen.isInnovation)
        #expect(rig.pen.report?.mirrorChecksum == gradient.withUnsafeBytes { Report.mirrorChecksum(of: $0) })
        #expect(rig.counters.resynchronisations == 1)
    }

    @Test("once the next batch has begun the refused gradient is gone, and the next one travels whole")
    func mirrorRefusedLate() throws {
        let rig = try Self.rig(Self.uplink(.topK, feedback: .innovation))
        rig.welcome(version: 0)
        _ = rig.update()
        rig.answer(1, version: 1)
        rig.work()
        rig.core.disconnected(at: rig.now)
        for _ in 0..<3 { rig.core.work(steps: 2, at: rig.now) }
        #expect(rig.isSampling, "sampling goes on without a connection")
        rig.welcome(version: 1)
        #expect(rig.take() == .update(sequence: 2, base: 1))
        rig.give(refusal(.mirror, sequence: 2))
        #expect(rig.take() == nil)
        #expect(rig.update() == .update(sequence: 3, base: 1))
        #expect(rig.pen.codec == .denseFloat32 && !rig.pen.isInnovation)
    }

    @Test("keeps what the codec left out for the next gradient, once the update is applied")
    func residual() throws {
        let rig = try Self.rig(Self.uplink(.topK, mirror: .none, feedback: .error))
        rig.welcome(version: 0)
        var left = [Float](repeating: 0, count: rig.specification.parameterCount)
        for round: UInt64 in 1...6 {
            #expect(rig.update() == .update(sequence: round, base: round / 2))
            let whole = zip(rig.gradient, left).map(+)
            // Every other one is refused, and leaves the residual as it was.
            if round % 2 == 1 {
                left = zip(whole, rig.pen.gradient).map(-)
                rig.answer(round, version: round / 2 + 1)
                #expect(rig.take() == nil)
            } else {
                rig.give(refusal(.norm, sequence: round))
            }
            #expect(rig.residual == left)
        }
    }

    // MARK: - Skips

    @Test("sends a Skip while the gate is shut, again until it is answered, and an update when the limit is reached")
    func skips() throws {
        let rig = try Self.rig(Self.uplink(rule: .lapg))
        rig.welcome(version: 0) { $0.policy?.gateReference = 1e9 }
        #expect(rig.update() == .update(sequence: 1, base: 0), "there is no mirror yet")
        let mirror = rig.pen.gradient
        answer(rig, 1, version: 1, .applied)
        for sequence: UInt64 in 2...3 {
            #expect(rig.update() == .skip(sequence: sequence, base: sequence - 1))
            #expect(rig.pen.report?.mirrorChecksum == mirror.withUnsafeBytes { Report.mirrorChecksum(of: $0) })
            #expect(rig.pen.report?.gateThreshold ?? 0 >= 1e9 && rig.pen.report?.gateValue ?? 0 > 0)
            rig.wait(500)
            #expect(rig.take() == .skip(sequence: sequence, base: sequence - 1), "it is sent again")
            answer(rig, sequence, version: sequence, .reused)
        }
        #expect(rig.update() == .update(sequence: 4, base: 3))
        #expect(rig.counters.skips == 2 && rig.counters.skipsReused == 2 && rig.counters.updatesForced == 2)
        #expect(rig.counters.updatesApplied == 1)
        answer(rig, 4, version: 4, .applied)
        #expect(rig.update() == .skip(sequence: 5, base: 4))
    }

    @Test("the observations behind a skip that is only noted go with the next update, each once")
    func notedObservations() throws {
        var uplink = Self.uplink(rule: .lapg)
        uplink.skipAction = .nothing
        let rig = try Self.rig(uplink) { $0.normalisesObservations = true }
        rig.welcome(version: 0) { $0.policy?.gateReference = 1e9 }
        #expect(rig.update() == .update(sequence: 1, base: 0))
        #expect(rig.pen.observations?.count == 20)
        answer(rig, 1, version: 1, .applied)
        for sequence: UInt64 in 2...3 {
            #expect(rig.update() == .skip(sequence: sequence, base: sequence - 1))
            #expect(rig.pen.report?.observations == nil)
            answer(rig, sequence, version: sequence, .noted)
        }
        #expect(rig.update() == .update(sequence: 4, base: 3))
        #expect(rig.pen.observations?.count == 60)
        answer(rig, 4, version: 4, .applied)
        #expect(rig.update() == .skip(sequence: 5, base: 4))
    }

    @Test("compares with the reference of the version that it sampled with, not with a newer one's")
    func reference() throws {
        let rig = try Self.rig(Self.uplink(rule: .lapg))
        rig.welcome(version: 0) { $0.policy?.gateReference = 1e9 }
        _ = rig.update()
        answer(rig, 1, version: 1, .applied)
        rig.core.work(steps: 2, at: rig.now)
        var newer = rig.pen.policy(version: 2)
        newer.gateReference = 0
        rig.give(.policy(newer))
        #expect(rig.heldVersion == 2)
        #expect(rig.update() == .skip(sequence: 2, base: 1))
    }

    @Test("a refused skip is made good by the same gradient, whole")
    func skipRefused() throws {
        let rig = try Self.rig(Self.uplink(.topK, rule: .lapg))
        rig.welcome(version: 0) { $0.policy?.gateReference = 1e9 }
        _ = rig.update()
        answer(rig, 1, version: 1, .applied)
        #expect(rig.update() == .skip(sequence: 2, base: 1))
        rig.give(refusal(.mirror, sequence: 2))
        #expect(rig.take() == .update(sequence: 3, base: 1))
        #expect(rig.pen.codec == .denseFloat32)
        #expect(rig.pen.gradient == rig.gradient)
    }

    @Test("a gate in the shadow sends everything, and counts what it would have kept back")
    func shadow() throws {
        let rig = try Self.rig(Self.uplink(mirror: .none)) { $0.shadowsGate = true }
        rig.welcome(version: 0) { $0.policy?.gateReference = 1e9 }
        for sequence: UInt64 in 1...4 {
            #expect(rig.update() == .update(sequence: sequence, base: sequence - 1))
            #expect(rig.pen.report?.mirrorChecksum == 0)
            answer(rig, sequence, version: sequence, .applied)
        }
        // The first has nothing to be compared with; the limit of two in a row holds in the shadow as well.
        #expect(rig.counters.wouldHaveSkipped == 2)
        #expect(rig.counters.skips == 0)
    }

    private func answer(_ rig: AgentRig, _ sequence: UInt64, version: UInt64, _ outcome: Outcome) {
        var policy = rig.pen.policy(version: version, answering: sequence, outcome)
        policy.gateReference = 1e9
        rig.give(.policy(policy))
    }

    // MARK: - Settings

    @Test("ends naming the key when the federation asks for what it has not reserved",
        arguments: [
            (uplink(.topK, mirror: .none), "codec"), (uplink(.ternary), "mirror"),
            (uplink(.sign, mirror: .none, feedback: .error), "feedback"),
            (uplink(feedback: .innovation), "mirror"), (uplink(rule: .lapg), "skip_rule"),
            (uplink(rule: .lasgWK2), "skip_rule"),
        ])
    func missing(federation: UplinkSettings, key: String) throws {
        let rig = try AgentRig()
        rig.pen.uplink = federation
        rig.welcome(version: 0)
        guard case .uplinkMemory(let missing)? = rig.ending else {
            Issue.record("it goes on: \(String(describing: rig.ending))")
            return
        }
        #expect("\(missing.key)" == key)
    }

    @Test("what is carried over stays in its federation", arguments: [UInt64(77), 78])
    func residualOfAnotherFederation(federation: UInt64) throws {
        let rig = try Self.rig(Self.uplink(.topK, mirror: .none, feedback: .error))
        rig.welcome(version: 0)
        for sequence in UInt64(1)...4 {
            _ = rig.update()
            rig.answer(sequence, version: sequence)
        }
        rig.core.disconnected(at: rig.now)
        rig.welcome(version: 5) { $0.federationID = federation }
        _ = rig.update()
        let gradient = rig.gradient
        let sent = rig.pen.gradient
        let kept = sent.indices.filter { sent[$0] != 0 }
        let isTheGradientAlone = kept.allSatisfy { abs(sent[$0] - gradient[$0]) < 0.5 * abs(gradient[$0]) }
        #expect(isTheGradientAlone == (federation == 78))
    }

    @Test("an update that the gateway has applied counts as applied, also when its Welcome brings other settings")
    func appliedBeforeOtherSettings() throws {
        let rig = try Self.rig(Self.uplink(.topK, mirror: .none, feedback: .error))
        rig.welcome(version: 0)
        #expect(rig.update() == .update(sequence: 1, base: 0))
        rig.core.disconnected(at: rig.now)
        rig.pen.uplink.gate.skipRoundsMaximum = 9
        rig.welcome(version: 1) { $0.lastAppliedSequence = UpdateSequence(1) }
        #expect(rig.counters.updatesApplied == 1)
        #expect(rig.update() == .update(sequence: 2, base: 1))
    }

    @Test("takes over from the Welcome what needs no more memory, and its own settings if it is told to")
    func adoption() throws {
        let rig = try AgentRig()
        rig.pen.uplink = Self.uplink(.ternary, mirror: .none)
        rig.welcome(version: 0)
        _ = rig.update()
        #expect(rig.pen.codec == .ternary)

        let own = try AgentRig {
            $0.uplink = Self.uplink(.topK, mirror: .none, feedback: .error)
            $0.usesOwnUplink = true
        }
        own.pen.uplink = Self.uplink(.ternary, mirror: .none)
        own.welcome(version: 0)
        _ = own.update()
        #expect(own.pen.codec == .topK)
        #expect(own.ending == nil)
    }

    @Test("counts what each kind of message costs, resends included")
    func traffic() throws {
        let rig = try Self.rig(Self.uplink(rule: .lapg))
        let cost = FrameCost(isEncrypted: true)
        rig.core.connected(at: rig.now)
        var sent: [String: UInt64] = [:]
        func take() {
            guard let bytes = rig.core.outgoing(at: rig.now) else { return }
            let kind = "\(rig.pen.read(bytes))".prefix { $0 != "(" }
            sent[String(kind), default: 0] += UInt64(cost.bytes(bytes.count))
            rig.core.sent(at: rig.now)
        }
        take()
        let welcome = rig.pen.write(.welcome(rig.pen.welcome(version: 0) { $0.policy?.gateReference = 1e9 }))
        rig.give(welcome)
        rig.work()
        take()
        rig.wait(600)
        take()
        answer(rig, 1, version: 1, .applied)
        rig.work()
        take()
        let traffic = rig.traffic
        #expect(traffic.hello == sent["hello"] && traffic.update == sent["update"] && traffic.skip == sent["skip"])
        #expect(traffic.update > traffic.skip && traffic.skip > 0)
        #expect(traffic.welcome == UInt64(cost.bytes(welcome.count)) && traffic.policy > 0 && traffic.reject == 0)
    }
}
