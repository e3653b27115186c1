import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("The filter of a gateway")
struct FilterTests {
    static func settings(
        _ kind: ArrivalFilterSettings.Kind, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        Bench.settings {
            $0.rule = .arrivals(.a3c(stepSize: .constant(1), scaling: .plain))
            $0.filter.kind = kind
            $0.filter.dampening = .constant
            change(&$0)
        }
    }

    @discardableResult
    static func deliver(
        _ gradient: [Float], _ sequence: UInt64, from agent: Int, base: UInt64, on bench: Bench
    ) -> [Done] {
        bench.deliver(bench.update(sequence, base: base, gradient), from: UInt32(agent), key: Bench.key(agent))
    }

    @Test("refuses with FILTERED, counts it, names the sender, and gives it the newest policy")
    func refusal() throws {
        let bench = try Bench(Self.settings(.kardam))
        bench.join(3)
        Self.deliver([1, 0, 0, 0], 1, from: 1, base: 0, on: bench)
        bench.storeAll()
        // The same sender again, though of the last two gradients that passed one is its own.
        let done = Self.deliver([1, 0, 0, 0], 2, from: 1, base: 0, on: bench)
        guard case .reject(.filtered, _, sequence: 2, _) = done.sent(to: 1).first else {
            Issue.record("not refused: \(done.sent(to: 1))")
            return
        }
        #expect(bench.lastDetail.contains("kardam"))
        #expect(bench.core.agent(at: 0).agent.counters.refused(.filtered) == 1)
        #expect(bench.core.version == PolicyVersion(1))
        let policies = done.sent(to: 1).compactMap { if case .policy(let policy) = $0 { policy } else { nil } }
        #expect(policies.map(\.version) == [1] && policies.first?.answer == nil)
        let notices = done.notices.filter {
            if case .refused(agent: 0, connection: _, .filtered, _) = $0 { true } else { false }
        }
        #expect(notices.count == 1)
    }

    @Test("keeps a buffered gradient over a crash once its sender was told that it is applied")
    func buffered() throws {
        let settings = Self.settings(.basgd) { $0.filter.bufferCount = 3 }
        let gradients: [[Float]] = [[4, 0, 0, 0], [0, 8, 0, 0], [2, 2, 0, 0]]
        let through = try Bench(settings)
        through.join(3)
        for agent in 1...3 {
            Self.deliver(gradients[agent - 1], 1, from: agent, base: 0, on: through)
            through.storeAll()
        }
        #expect(through.stored.map(\.parameters) == [[1, 2, 3, 4], [1, 2, 3, 4], [3, 4, 3, 4]])

        let first = try Bench(settings)
        first.join(3)
        for agent in 1...2 {
            Self.deliver(gradients[agent - 1], 1, from: agent, base: 0, on: first)
            #expect(first.storeAll().answer(to: UInt32(agent)) == answer(1, .applied))
        }
        let second = try first.restarted(upTo: 2)
        second.join(3)
        #expect(Self.deliver(gradients[0], 1, from: 1, base: 0, on: second).answer(to: 1) == answer(1, .duplicate))
        Self.deliver(gradients[2], 1, from: 3, base: 0, on: second)
        second.storeAll()
        #expect(second.stored == through.stored)
    }

    @Test("leaves the mirror of what was sent alone, whatever it makes of the gradient")
    func mirror() throws {
        let settings = Self.settings(.zeno) {
            $0.uplink.mirror = .float32
            $0.uplink.feedback = .innovation
        }
        let bench = try Bench(settings)
        bench.join(1)
        let trusted: [Float] = [1, 0, 0, 0]
        trusted.withUnsafeBufferPointer { _ = bench.handle(.validated($0)) }
        let first: [Float] = [8, 0, 0, 0]
        bench.deliver(bench.whole(1, base: 0, first), from: 1, key: Bench.key(1))
        bench.storeAll()
        #expect(bench.mirror(of: Bench.key(1)) == first)
        #expect(bench.stored.last?.parameters == [2, 2, 3, 4])
        // A refused difference does not move it either.
        let done = bench.deliver(bench.innovation(2, base: 1, [-16, 0, 0, 0], on: first), from: 1, key: Bench.key(1))
        #expect(done.refusal(to: 1) == .filtered)
        #expect(bench.mirror(of: Bench.key(1)) == first)
    }

    @Test("asks for a gradient of its own, sends everybody back until it comes, and asks anew after k gradients")
    func validation() throws {
        let bench = try Bench(Self.settings(.zeno) { $0.filter.zenoInterval = 2 })
        let asked = bench.deliver(bench.hello(), from: 1, key: Bench.key(1))
        #expect(asked.contains(.validate(.initial)))
        let early = Self.deliver([1, 0, 0, 0], 1, from: 1, base: 0, on: bench)
        #expect(early.refusal(to: 1) == .busy)
        #expect(!early.contains(.validate(.initial)))
        let trusted: [Float] = [0, 3, 0, 4]
        trusted.withUnsafeBufferPointer { _ = bench.handle(.validated($0)) }
        Self.deliver([0, 0, 0, 2], 1, from: 1, base: 0, on: bench)
        #expect(bench.stored.last?.parameters == [1, 2, 3, 9])
        let refused = Self.deliver([0, 0, 0, -2], 2, from: 1, base: 0, on: bench)
        #expect(refused.refusal(to: 1) == .filtered)
        #expect(refused.contains(.validate(PolicyVersion(1))))
    }

    @Test("cannot be set with rounds")
    func rounds() {
        let settings = Bench.settings {
            $0.rule = .rounds(.fedpg(AFedPGSettings()))
            $0.filter.kind = .kardam
        }
        #expect(!settings.isUsable)
    }
}
