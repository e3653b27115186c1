import Bounded
import Environments
import PolicyMath
import Wire

@testable import AgentCore
@testable import GradientCodec

/// An agent on a manual clock, with a gateway's pen and spectacles beside it.
final class AgentRig {
    var core: AgentCore
    var now = Instant(nanoseconds: 1_000_000_000)
    let pen: GatewayPen
    let specification: PolicySpecification
    private var arena: Arena

    init(
        environment: StaticString = "pendulum", plugin: String = "", options: String = "", epoch: UInt64 = 3,
        configure: (inout AgentSettings) -> Void = { _ in }
    ) throws {
        var settings = AgentSettings()
        settings.name = FixedText("rig")
        settings.seed = 11
        settings.hiddenWidths = LayerWidths(4, 4)
        settings.batchSteps = 20
        settings.resendIntervalMilliseconds = 500
        settings.helloIntervalMilliseconds = 700
        configure(&settings)
        arena = try Arena(limitBytes: 16 << 20)
        let instance = try EnvironmentInstance(
            name: FixedText(environment), plugin: FixedText(swift: plugin), options: FixedText(swift: options),
            arena: &arena)
        core = try AgentCore(
            settings: settings, environment: instance, epoch: BootEpoch(epoch), arena: &arena)
        arena.seal()
        specification = core.specification
        pen = try GatewayPen(
            specification: specification, criticCount: settings.sharedCriticCount(specification))
    }

    var reservedBytes: Int { arena.reservedBytes }

    // What the expectations look at; a macro cannot look into a value that is not copyable.
    var wantsWork: Bool { core.wantsWork }
    var counters: AgentCounters { core.counters }
    var heldVersion: UInt64? { core.heldVersion?.number }
    var hasUpdateInFlight: Bool { core.hasUpdateInFlight }
    var ending: Ending? { core.ending }
    var traffic: MessageTraffic { core.traffic }
    var isSampling: Bool { core.isSampling }
    var gradient: [Float] { Array(core.sampler.estimator.gradient.buffer) }
    /// The critic's parameters as they are now.
    var critic: [Float] {
        var numbers = [Float](repeating: 0, count: max(core.sampler.estimator.criticParameterCount, 1))
        numbers.withUnsafeMutableBufferPointer { core.sampler.estimator.copyCritic(into: Vector($0)) }
        return numbers
    }
    var heldParameters: [Float] { Array(core.held.parameters.buffer) }
    var residual: [Float]? { core.compressor.residual.map { Array($0.buffer) } }
    var deadline: Instant? { core.deadline() }
    /// Rises with every batch that is finished.
    var finished: UInt64 { counters.updatesComputed * 1_000 + UInt64(core.local.pending) }

    /// What a holder has reserved.
    func planBytes(of holder: StaticString) -> Int {
        for index in 0..<arena.plan.count where FixedText(arena.plan[index].holder) == FixedText(holder) {
            return arena.plan[index].byteCount
        }
        return 0
    }

    // MARK: - Time and work

    func wait(_ milliseconds: Int) { now = now.advanced(byMilliseconds: milliseconds) }

    /// Works until an update is computed or there is nothing to do, at most so many slices; a millisecond passes for
    /// each.
    func work(slices: Int = 10_000, steps: Int = 7) {
        let computed = counters.updatesComputed
        for _ in 0..<slices {
            guard core.wantsWork, counters.updatesComputed == computed else { return }
            core.work(steps: steps, at: now)
            wait(1)
        }
    }

    // MARK: - Messages

    /// What the agent wants to send now, and it is sent.
    func take() -> SentMessage? {
        guard let bytes = core.outgoing(at: now) else { return nil }
        let message = pen.read(bytes)
        core.sent(at: now)
        return message
    }

    /// What the agent wants to send now, and the transport does not take it.
    func refuse() -> SentMessage? {
        guard let bytes = core.outgoing(at: now) else { return nil }
        let message = pen.read(bytes)
        core.wouldBlock(at: now)
        return message
    }

    func give(_ message: GatewayMessage) { give(pen.write(message)) }

    func give(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { core.received($0, at: now) }
    }

    /// Connects, and answers the Hello with a Welcome that carries version `version` (nil: no policy).
    @discardableResult
    func welcome(version: UInt64? = 0, configure: (inout Welcome) -> Void = { _ in }) -> SentMessage? {
        core.connected(at: now)
        let hello = take()
        give(.welcome(pen.welcome(version: version, configure: configure)))
        return hello
    }

    /// Works until an update is computed, and sends it.
    func update() -> SentMessage? {
        work()
        return take()
    }

    /// The gateway's answer to the update in flight.
    func answer(
        _ sequence: UInt64, version: UInt64, epoch: UInt64 = 3, outcome: Outcome = .applied, parameters: Bool = true
    ) {
        give(.policy(pen.policy(version: version, parameters: parameters, answering: sequence, epoch: epoch, outcome)))
    }
}

extension FixedText {
    init(swift text: String) {
        var copy = text
        self = copy.withUTF8 { FixedText(bytes: $0) }
    }

    var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
