import Bounded
import Environments
import GatewayCore
import PolicyMath
import Wire

@testable import AgentCore
@testable import GradientCodec

/// One agent's process: its core, its arena and its connection.
final class AgentProcess {
    let number: Int
    let epoch: UInt64
    /// 0: none.
    var connection: UInt32 = 0
    private(set) var core: AgentCore
    private var arena: Arena
    /// The gradient behind each report of this boot, by sequence.
    private(set) var gradients: [UInt64: [Float]] = [:]
    private var reportsKept: UInt64 = 0

    static func shape() throws -> PolicyShape {
        var hidden = HiddenWidths()
        _ = hidden.append(4)
        return PolicyShape(distribution: .gaussian, observationCount: 3, actionCount: 1, hiddenWidths: hidden)
    }

    init(
        number: Int, epoch: UInt64, uplink: UplinkSettings = UplinkSettings(), agrees: Bool = false
    ) throws {
        self.number = number
        self.epoch = epoch
        var settings = AgentSettings()
        settings.name = FixedText("duet")
        settings.seed = UInt64(number)
        settings.hiddenWidths = LayerWidths([4])
        settings.normalisesObservations = true
        settings.batchSteps = 20
        settings.uplink = uplink
        if agrees {
            settings.estimator.direction = .consensus
            settings.estimator.natural = NaturalGradientSettings(iterations: 40, damping: 0.3, sampleStride: 1)
        }
        settings.resendIntervalMilliseconds = 300
        settings.helloIntervalMilliseconds = 300
        arena = try Arena(limitBytes: 16 << 20)
        let environment = try EnvironmentInstance(
            name: FixedText("pendulum"), plugin: FixedText(), options: FixedText(), arena: &arena)
        core = try AgentCore(
            settings: settings, environment: environment, epoch: BootEpoch(epoch), arena: &arena)
        arena.seal()
    }

    var key: AgentKey { Bench.key(number) }
    var counters: AgentCounters { core.counters }
    var heldVersion: UInt64? { core.heldVersion?.number }
    var holdsMirror: Bool { mirrorChecksum != 0 && !core.hasUpdateInFlight }
    var mirrorChecksum: UInt32 { core.compressor.mirrorChecksum }
    var ending: String? { core.ending.map { "\($0)" } }

    func run(at now: Instant, isTurn: Bool) {
        if isTurn, core.wantsWork { core.work(steps: 4, at: now) }
    }

    func outgoing(at now: Instant) -> [UInt8]? {
        guard connection != 0, let bytes = core.outgoing(at: now) else { return nil }
        let copy = Array(bytes)
        core.sent(at: now)
        return copy
    }

    func received(_ bytes: [UInt8], at now: Instant) { bytes.withUnsafeBytes { core.received($0, at: now) } }

    func connected(at now: Instant) { core.connected(at: now) }

    func disconnected(at now: Instant) {
        connection = 0
        core.disconnected(at: now)
    }

    /// Copies the gradient behind a report that has just been made, before the next batch overwrites it.
    func keepGradient() {
        guard core.counters.updatesComputed > reportsKept else { return }
        reportsKept = core.counters.updatesComputed
        gradients[core.uplink.sequence.number] = Array(core.sampler.estimator.gradient.buffer)
    }

    /// What error feedback has left over; empty without.
    var residual: [Float] { core.compressor.residual.map { Array($0.buffer) } ?? [] }
    var isSettled: Bool { !core.uplink.holdsUpdate }
}
