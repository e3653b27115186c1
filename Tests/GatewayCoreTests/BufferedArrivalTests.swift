import Aggregation
import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Gradients that wait in a buffer")
struct BufferedArrivalTests {
    static func settings(length: Int = 3) -> GatewaySettings {
        Bench.settings { $0.rule = .arrivals(.fedBuff(stepSize: .constant(1), length: length)) }
    }

    static func gradient(_ round: Int) -> [Float] { [Float(round + 1), -1, Float(round % 4), 2] }

    /// Update `round` of a run: four agents in turn, each at most six versions behind.
    @discardableResult
    static func deliver(_ round: Int, on bench: Bench) -> [Done] {
        let agent = round % 4 + 1
        return bench.deliver(
            bench.update(UInt64(round / 4 + 1), base: UInt64(max(0, round - 6)), gradient(round)),
            from: UInt32(agent), key: Bench.key(agent))
    }

    @Test("are acknowledged one by one, each with its version, once the store has it")
    func acknowledged() throws {
        let bench = try Bench(Self.settings())
        bench.join(4)
        for round in 0..<9 {
            let before = bench.stored.last?.parameters ?? [1, 2, 3, 4]
            let done = Self.deliver(round, on: bench)
            let connection = UInt32(round % 4 + 1)
            #expect(done.answer(to: connection) == nil, "acknowledged before it is stored")
            #expect(bench.storeAll().answer(to: connection) == answer(UInt64(round / 4 + 1), .applied))
            #expect(bench.core.version == PolicyVersion(UInt64(round + 1)))
            #expect((bench.stored.last?.parameters == before) == (round % 3 != 2), "arrival \(round)")
        }
    }

    @Test(
        "survive a crash: whatever the store had got, the run ends as if nothing had happened",
        arguments: 0...11)
    func survive(durable: Int) throws {
        let through = try Bench(Self.settings(length: 5))
        through.join(4)
        for round in 0..<20 {
            Self.deliver(round, on: through)
            through.storeAll()
        }

        let first = try Bench(Self.settings(length: 5))
        first.join(4)
        for round in 0..<durable {
            Self.deliver(round, on: first)
            first.storeAll()
        }
        // One more is taken in, and lost with the memory; its sender was not told otherwise, and sends it again.
        if durable < 11 { Self.deliver(durable, on: first) }
        let second = try first.restarted(upTo: UInt64(durable))
        second.join(4)
        if durable > 0 {
            let last = durable - 1
            let again = Self.deliver(last, on: second)
            #expect(again.answer(to: UInt32(last % 4 + 1)) == answer(UInt64(last / 4 + 1), .duplicate))
        }
        for round in durable..<20 {
            Self.deliver(round, on: second)
            second.storeAll()
        }
        #expect(second.stored.map(\.parameters) == through.stored.map(\.parameters))
        #expect(second.stored.last?.version == 20)
    }

    @Test("do not count as directions for the gates of agents")
    func gates() throws {
        let bench = try Bench(
            Bench.settings {
                $0.rule = .arrivals(.fedBuff(stepSize: .constant(1), length: 2, staleness: .constant))
                $0.gateWeight = 1
                $0.gateHistory = 1
            })
        bench.join(1)
        var references: [Float] = []
        for sequence in 1...4 as ClosedRange<UInt64> {
            bench.deliver(bench.update(sequence, base: 0, [2, 0, 0, 0]), from: 1, key: Bench.key(1))
            guard case .policy(let policy) = bench.storeAll().sent(to: 1).first else { continue }
            references.append(policy.gateReference)
        }
        #expect(references == [0, 4, 4, 4])
    }
}
