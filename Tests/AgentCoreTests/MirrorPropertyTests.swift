import Bounded
import GradientCodec
import Testing
import Wire

@testable import AgentCore
@testable import GradientCodec

@Suite("Mirror and residual over a network that loses, repeats and reorders, with restarts on both sides")
struct MirrorPropertyTests {
    /// A way up that is tried, by name.
    enum Way: CaseIterable, Sendable {
        case dense, topKError, signError, errorWithMirror, ef21, ef21Momentum, laq, gate, gateHalf, gateNoted
        case gateWithError, lasg

        var settings: UplinkSettings {
            var settings = UplinkSettings()
            settings.codec.keptFraction = 0.1
            settings.codec.bits = 4
            settings.gate.skipRoundsMaximum = 3
            settings.gate.chunks = 4
            settings.gate.noiseFactor = 2
            switch self {
            case .dense: break
            case .topKError: (settings.codec.codec, settings.feedback) = (.topK, .error)
            case .signError: (settings.codec.codec, settings.feedback) = (.sign, .error)
            case .errorWithMirror:
                (settings.codec.codec, settings.feedback, settings.mirror) = (.topK, .error, .float16)
            case .ef21: (settings.codec.codec, settings.feedback, settings.mirror) = (.topK, .innovation, .float32)
            case .ef21Momentum:
                (settings.codec.codec, settings.feedback, settings.mirror) = (.sign, .innovation, .float16)
                settings.nodeMomentum = 0.3
            case .laq:
                (settings.codec.codec, settings.feedback, settings.mirror) = (.grid, .innovation, .float32)
                settings.gate.rule = .laq
            case .gate: (settings.gate.rule, settings.mirror) = (.lapg, .float32)
            case .gateHalf: (settings.gate.rule, settings.mirror) = (.innovation, .float16)
            case .gateNoted:
                (settings.gate.rule, settings.mirror, settings.skipAction) = (.lapg, .float32, .nothing)
            case .gateWithError:
                (settings.codec.codec, settings.feedback) = (.topK, .error)
                (settings.gate.rule, settings.mirror) = (.lapg, .float32)
            case .lasg: (settings.gate.rule, settings.mirror) = (.lasgWK2, .float32)
            }
            return settings
        }

        var skips: Bool { settings.gate.rule != .none }
    }

    private final class Run {
        let way: Way
        let seed: UInt64
        var rig: AgentRig
        let gateway: MirroredGateway
        var network: LossyNetwork
        var generator: RandomGenerator
        var isConnected = false
        var epoch: UInt64 = 3
        /// What the agent computed for each sequence of this epoch.
        var gradients: [UInt64: [Float]] = [:]
        var violations: [String] = []
        var restarts = 0
        var before = AgentCounters()
        var comparisons = 0
        private var computed: UInt64 = 0

        init(way: Way, seed: UInt64) throws {
            self.way = way
            self.seed = seed
            generator = RandomGenerator(seed: seed, stream: 17)
            let rig = try Self.rig(way, epoch: 3)
            self.rig = rig
            gateway = MirroredGateway(pen: try GatewayPen(specification: rig.specification), seed: seed)
            gateway.pen.uplink = way.settings
            let faults = LossyNetwork.Faults(
                loss: generator.uniform(0, 0.3), repeats: generator.uniform(0, 0.3),
                delayMilliseconds: generator.below(300))
            network = LossyNetwork(faults: faults, seed: seed)
        }

        private static func rig(_ way: Way, epoch: UInt64) throws -> AgentRig {
            try AgentRig(epoch: epoch) {
                $0.batchSteps = 8
                $0.uplink = way.settings
            }
        }

        func step(isHarmful: Bool) throws {
            rig.wait(generator.below(20))
            if !isConnected, generator.below(isHarmful ? 10 : 2) == 0 {
                isConnected = true
                rig.core.connected(at: rig.now)
            }
            if isHarmful { try harm() }
            for (direction, bytes) in network.arrivals(at: rig.now) {
                switch direction {
                case .toAgent:
                    rig.give(bytes)
                    note()
                case .toGateway:
                    if let answer = gateway.receive(bytes, agentMirror: agentMirror) {
                        network.send(answer, .toAgent, at: rig.now)
                    }
                }
            }
            if let bytes = rig.core.outgoing(at: rig.now) {
                if generator.below(10) == 0 {
                    rig.core.wouldBlock(at: rig.now)
                } else {
                    network.send(Array(bytes), .toGateway, at: rig.now)
                    rig.core.sent(at: rig.now)
                }
            }
            rig.core.work(steps: 3, at: rig.now)
            note()
            check()
        }

        private func harm() throws {
            switch generator.below(400) {
            case 0..<4 where isConnected: cut()
            case 4..<6:
                cut()
                gateway.restart(losesMirror: generator.below(2) == 0)
                restarts += 1
            case 6:
                cut()
                before = totals
                let now = rig.now
                epoch += 1
                rig = try Self.rig(way, epoch: epoch)
                rig.now = now
                gradients = [:]
                computed = 0
                restarts += 1
            case 7..<12: gateway.applyForeign()
            default: break
            }
        }

        /// Over all boots of the agent, as far as `coverage` asks for it.
        var totals: AgentCounters {
            var sum = rig.counters
            sum.resynchronisations += before.resynchronisations
            sum.skips += before.skips
            sum.updatesForced += before.updatesForced
            return sum
        }

        private func cut() {
            guard isConnected else { return }
            isConnected = false
            network.cut()
            gateway.connectionLost()
            rig.core.disconnected(at: rig.now)
        }

        /// Keeps the gradient behind the newest report.
        private func note() {
            guard rig.counters.updatesComputed != computed else { return }
            computed = rig.counters.updatesComputed
            gradients[rig.core.uplink.sequence.number] = Array(rig.core.sampler.estimator.gradient.buffer)
        }

        var agentMirror: [Float]? {
            way.settings.mirror != .none && rig.core.compressor.hasMirror
                ? rig.core.compressor.mirror.map { Array($0.buffer) } : nil
        }

        private func check() {
            if let ending = rig.ending { violations.append("ended: \(ending)") }
            // At rest: nothing is under way of which the agent does not know what became of it.
            guard !rig.core.uplink.isInFlight, gateway.epoch == epoch else { return }
            if let mine = agentMirror, let other = gateway.mirror {
                comparisons += 1
                if mine.map(\.bitPattern) != other.map(\.bitPattern) {
                    violations.append("the mirrors have come apart")
                }
            }
            checkConservation()
        }

        /// Σ applied + residual = Σ gradients behind the applied, within one rounding an update and an element.
        private func checkConservation() {
            let settings = way.settings
            guard settings.feedback != .innovation else { return }
            let residual = rig.core.compressor.residual.map { Array($0.buffer) }
            let count = rig.specification.parameterCount
            var worst = 0.0
            for element in 0..<count {
                var balance = residual.map { Double($0[element]) } ?? 0
                var size = abs(balance)
                for (sequence, vector) in gateway.applied {
                    guard let gradient = gradients[sequence] else {
                        violations.append("sequence \(sequence) was applied and never computed")
                        return
                    }
                    balance += Double(vector[element]) - Double(gradient[element])
                    size += abs(Double(gradient[element])) + abs(Double(vector[element]))
                }
                worst = max(worst, abs(balance) / max(size * 0x1p-22, 1e-30))
            }
            if worst > 1 { violations.append("what was applied and what is left are not what was computed") }
        }
    }

    @Test("mirrors are equal at rest, nothing is lost or counted twice, and a mismatch costs one whole vector",
        arguments: Way.allCases, 1...6)
    func conservation(way: Way, seed: Int) throws {
        let run = try Run(way: way, seed: UInt64(seed))
        for _ in 0..<2_500 { try run.step(isHarmful: true) }
        let updatesInHarm = run.gateway.updates
        run.network.faults = LossyNetwork.Faults()
        run.gateway.isHarmful = false
        for _ in 0..<60 { try run.step(isHarmful: false) }
        let (settled, mismatches) = (run.rig.counters.resynchronisations, run.gateway.mismatches.count)
        for _ in 0..<300 { try run.step(isHarmful: false) }

        #expect(run.violations.isEmpty, "\(way), seed \(seed): \(run.violations.prefix(3))")
        #expect(run.gateway.violations.isEmpty, "\(way), seed \(seed): \(run.gateway.violations.prefix(3))")
        #expect(run.rig.counters.resynchronisations == settled && run.gateway.mismatches.count == mismatches,
            "\(way), seed \(seed): mirrors come apart without a fault")
        #expect(run.rig.counters.resynchronisations <= UInt64(run.gateway.mismatches.count))
        // A run without traffic or trouble would show nothing.
        #expect(updatesInHarm > 5 && run.restarts > 0 && run.network.lost + run.network.repeated > 0)
        #expect(run.gateway.updates > updatesInHarm)
        if way.settings.mirror != .none { #expect(run.comparisons > 50) }
        if way.settings.feedback == .innovation { #expect(run.gateway.innovations > 3) }
        if way.skips, way.settings.skipAction == .reuse { #expect(run.gateway.reused > 0, "\(way), seed \(seed)") }
    }

    @Test("runs meet what they are made for: mismatches, resynchronisations, skips, forced uploads")
    func coverage() throws {
        var mismatches = 0
        var resynchronisations: UInt64 = 0
        var skips: UInt64 = 0
        var forced: UInt64 = 0
        for seed in 1...6 {
            let run = try Run(way: .gate, seed: UInt64(seed))
            for _ in 0..<2_500 { try run.step(isHarmful: true) }
            mismatches += run.gateway.mismatches.count
            resynchronisations += run.totals.resynchronisations
            skips += run.totals.skips
            forced += run.totals.updatesForced
        }
        #expect(mismatches > 0 && resynchronisations > 0 && skips > 20 && forced > 5)
    }
}
