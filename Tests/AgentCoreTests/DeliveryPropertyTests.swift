import Bounded
import Testing
import Wire

@testable import AgentCore

@Suite("Delivery over a network that loses, repeats, delays and reorders")
struct DeliveryPropertyTests {
    /// One agent, one gateway, one seed.
    private final class Run {
        let rig: AgentRig
        let gateway: ScriptedGateway
        var network: LossyNetwork
        var generator: RandomGenerator
        var isConnected = false
        var cuts = 0
        var violations: [String] = []
        private var lastSent: UInt64 = 0
        private var newestHeld: UInt64 = 0

        init(seed: UInt64) throws {
            rig = try AgentRig { $0.batchSteps = 5 }
            gateway = ScriptedGateway(pen: try GatewayPen(specification: rig.specification), seed: seed)
            generator = RandomGenerator(seed: seed)
            let faults = LossyNetwork.Faults(
                loss: generator.uniform(0, 0.3), repeats: generator.uniform(0, 0.3),
                delayMilliseconds: generator.below(400))
            network = LossyNetwork(faults: faults, seed: seed)
        }

        func step(isHarmful: Bool) {
            rig.wait(generator.below(20))
            if !isConnected, generator.below(isHarmful ? 10 : 2) == 0 {
                isConnected = true
                rig.core.connected(at: rig.now)
            } else if isConnected, isHarmful, generator.below(80) == 0 {
                isConnected = false
                cuts += 1
                network.cut()
                gateway.connectionLost()
                rig.core.disconnected(at: rig.now)
            }
            if isHarmful, generator.below(30) == 0 { gateway.applyForeign() }
            if isConnected, generator.below(40) == 0 {
                network.send(gateway.announcement(), .toAgent, at: rig.now)
            }
            for (direction, bytes) in network.arrivals(at: rig.now) {
                switch direction {
                case .toAgent: rig.give(bytes)
                case .toGateway:
                    if let answer = gateway.receive(bytes) { network.send(answer, .toAgent, at: rig.now) }
                }
            }
            send()
            rig.core.work(steps: 3, at: rig.now)
            check()
        }

        private func send() {
            guard let bytes = rig.core.outgoing(at: rig.now) else { return }
            guard isConnected else {
                violations.append("offers a message without a connection")
                return
            }
            if generator.below(10) == 0 { return rig.core.wouldBlock(at: rig.now) }
            if case .update(let sequence, _) = rig.pen.read(bytes) {
                if sequence < lastSent { violations.append("sends sequence \(sequence) after \(lastSent)") }
                lastSent = sequence
            }
            network.send(Array(bytes), .toGateway, at: rig.now)
            rig.core.sent(at: rig.now)
        }

        private func check() {
            let held = rig.heldVersion ?? newestHeld
            if held < newestHeld { violations.append("moved from version \(newestHeld) back to \(held)") }
            newestHeld = held
            let counted = rig.counters.updatesApplied
            if counted > UInt64(gateway.applied.count) {
                violations.append("believes in \(counted) applied updates, \(gateway.applied.count) are")
            }
            if let ending = rig.ending { violations.append("ended: \(ending)") }
        }
    }

    @Test("applies each update once, moves forward only, and catches up when the faults stop", arguments: 1...60)
    func deliversOnce(seed: Int) throws {
        let run = try Run(seed: UInt64(seed))
        for _ in 0..<4_000 { run.step(isHarmful: true) }
        let appliedInHarm = run.gateway.applied.count
        run.network.faults = LossyNetwork.Faults()
        for _ in 0..<400 { run.step(isHarmful: false) }

        #expect(run.violations.isEmpty, "seed \(seed): \(run.violations.prefix(3))")
        #expect(run.gateway.violations.isEmpty, "seed \(seed): \(run.gateway.violations.prefix(3))")
        #expect(run.gateway.applied == Array(Set(run.gateway.applied)).sorted(), "seed \(seed)")
        // A run with no trouble or no traffic would show nothing.
        #expect(run.cuts + run.network.lost + run.network.repeated > 0, "seed \(seed): nothing went wrong")
        #expect(appliedInHarm > 5, "seed \(seed): hardly any traffic")
        #expect(run.gateway.applied.count >= appliedInHarm + 10, "seed \(seed): did not recover")
        let behind = run.gateway.version - (run.rig.heldVersion ?? 0)
        #expect(behind <= 1, "seed \(seed): \(behind) versions behind at the end")
    }

    @Test("says and does the same for the same seed")
    func repeats() throws {
        let first = try Run(seed: 7)
        let second = try Run(seed: 7)
        for _ in 0..<1_000 {
            first.step(isHarmful: true)
            second.step(isHarmful: true)
        }
        #expect(first.gateway.payloads == second.gateway.payloads)
        #expect(first.gateway.version == second.gateway.version)
    }
}
