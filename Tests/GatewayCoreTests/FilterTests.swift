import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("The filter of a gateway")
struct FilterTests {
    /// The number in the key of the agent that validates.
    static let validator = 9

    static func settings(
        _ kind: ArrivalFilterSettings.Kind, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        Bench.settings {
            $0.rule = .arrivals(.a3c(stepSize: .constant(1), scaling: .plain))
            $0.filter.kind = kind
            $0.filter.dampening = .constant
            if kind == .zeno { $0.validator = Bench.key(validator) }
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

    @Test("kardam refuses after a restart what it refused before")
    func restart() throws {
        let settings = Self.settings(.kardam)
        let first = try Bench(settings)
        first.join(3)
        Self.deliver([1, 0, 0, 0], 1, from: 1, base: 0, on: first)
        first.storeAll()
        #expect(Self.deliver([1, 0, 0, 0], 2, from: 1, base: 1, on: first).refusal(to: 1) == .filtered)
        let second = try first.restarted(upTo: 1)
        second.join(3)
        #expect(Self.deliver([1, 0, 0, 0], 2, from: 1, base: 1, on: second).refusal(to: 1) == .filtered)
        Self.deliver([1, 0, 0, 0], 1, from: 2, base: 1, on: second)
        #expect(second.core.version == PolicyVersion(2))
        // What a filter of other settings has stored is of no use to it.
        let changed = try first.restarted(upTo: 1, changed: Self.settings(.kardam) { $0.filter.adversariesMaximum = 0 })
        changed.join(1)
        Self.deliver([1, 0, 0, 0], 2, from: 1, base: 1, on: changed)
        #expect(changed.core.version == PolicyVersion(2))
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
