// The libFuzzer target of the gateway: frames of any bytes from agents that are welcome and from strangers, with
// stores, ticks and lost connections in between. `scripts/fuzz-gateway` builds and runs it.
//
// The bytes are read as steps: one byte says what happens and from which of four connections, then, for a frame, two
// bytes of length and the frame. They are read twice: by AFedPG's gateway, and by one whose agents collect.

import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import PolicyMath
import Wire

private let shape = PolicyShape(
    distribution: .gaussian, observationCount: 2, actionCount: 1, hiddenWidths: HiddenWidths())

private func settings(collects: Bool) -> GatewaySettings {
    var settings = GatewaySettings(
        policy: PolicyDescription(shape: shape, logStdMinimum: -2, logStdMaximum: 2, normalisesObservations: true))
    settings.agentsMaximum = 3
    settings.knownAgentsMaximum = 4
    settings.uplink.mirror = .float16
    settings.uplink.feedback = .innovation
    settings.downlinkCodec = .lattice
    settings.broadcast = .push
    settings.gateWeight = 0.1
    settings.critic = SharedCriticSettings(hiddenWidths: LayerWidths())
    if collects {
        settings.rule = .rounds(.collecting(.rennala(batches: 4), step: AFedPGSettings()))
        settings.collectTimeoutMilliseconds = 50
        settings.collectResendMilliseconds = 20
    }
    var codecs = CodecSet(bits: 0)
    for codec in VectorCodec.allCases where codec != .lattice { codecs.insert(codec) }
    settings.acceptedCodecs = codecs
    return settings
}

/// A gateway that has begun, with two agents welcome.
private struct Target: ~Copyable {
    let arena: Arena
    var core: GatewayCore
    var encoder: MessageEncoder
    var now = Instant(nanoseconds: 1)

    init(collects: Bool) {
        do {
            var arena = try Arena(limitBytes: 4 << 20)
            let settings = settings(collects: collects)
            var core = try GatewayCore(settings: settings, arena: &arena)
            let encoder = try MessageEncoder(limits: settings.wireLimits, arena: &arena)
            core.start(from: try arena.vector(shape.parameterCount, holder: "initial policy"))
            self.encoder = encoder
            self.core = core
            self.arena = arena
        } catch { preconditionFailure("four megabytes of memory for a fuzzer") }
        for connection in UInt32(0)...1 { hello(connection) }
    }

    mutating func hello(_ connection: UInt32) {
        var hello = Hello(shape: shape)
        hello.agentName = FixedText("fuzzed")
        hello.bootEpoch = BootEpoch(1)
        hello.largestMessageBytes = 1 << 20
        hello.criticWidths = connection == 0 ? HiddenWidths() : nil
        guard let bytes = try? encoder.encode(.hello(hello)) else { return }
        deliver(bytes, from: connection)
    }

    mutating func deliver(_ bytes: UnsafeRawBufferPointer, from connection: UInt32) {
        let key = AgentKey(words: (UInt64(connection), 1, 2, 3))
        handle(.message(from: Connection(connection), key: key, bytes: bytes))
    }

    mutating func handle(_ event: GatewayEvent) {
        now = now.advanced(byMilliseconds: 7)
        let before = core.version
        core.handle(event, at: now)
        while let action = core.nextAction() {
            if case .send(let connection, let bytes) = action, bytes.count % 13 == 0 {
                core.noteUndelivered(to: connection)
            }
        }
        for place in 0..<core.mirrorCount { _ = core.takeChangedMirror(at: place) }
        precondition(core.version == before || core.version == before.next, "an event made more than one version")
        precondition(core.durableVersion <= core.version, "a version is durable before it is made")
        let snapshot = core.snapshot()
        for number in snapshot.parameters { precondition(number.isFinite, "a policy that is not finite") }
    }

    mutating func run(_ input: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < input.count {
            let step = input[offset]
            offset += 1
            let connection = UInt32(step & 3)
            switch step >> 2 & 7 {
            case 0: handle(.stored(upTo: core.version))
            case 1: handle(.tick)
            case 2: handle(.connectionGone(Connection(connection)))
            case 3: hello(connection)
            default:
                guard offset + 2 <= input.count else { return }
                let length = Int(input[offset]) | Int(input[offset + 1]) << 8
                offset += 2
                let end = min(offset + length, input.count)
                deliver(UnsafeRawBufferPointer(rebasing: input[offset..<end]), from: connection)
                offset = end
            }
        }
    }
}

@c(LLVMFuzzerTestOneInput)
public func fuzzGatewayAdmission(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    for collects in [false, true] {
        var target = Target(collects: collects)
        target.run(UnsafeRawBufferPointer(start: start, count: count))
    }
    return 0
}
