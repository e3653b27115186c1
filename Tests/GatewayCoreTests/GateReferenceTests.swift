import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Gate reference and traffic")
struct GateReferenceTests {
    @Test("every policy carries the weighted sum of the last squared directions, over a restart too")
    func reference() throws {
        let settings = Bench.settings {
            $0.gateWeight = 0.25
            $0.gateHistory = 3
        }
        var bench = try Bench(settings)
        bench.join(1)
        for sequence in UInt64(1)...9 {
            let gradient: [Float] = [Float(sequence), 1, -2, Float(sequence % 3)]
            bench.deliver(bench.update(sequence, base: sequence - 1, gradient), from: 1, key: Bench.key(1))
            let done = bench.storeAll()
            let squares = bench.stored.suffix(3).map { $0.direction.reduce(0) { $0 + $1 * $1 } }
            let wanted = 0.25 * squares.reduce(0, +)
            guard case .policy(let policy) = done.sent(to: 1).first else {
                Issue.record("no answer")
                return
            }
            #expect(abs(Double(policy.gateReference) - wanted) <= 1e-6 * wanted)
            let fetched = bench.deliver(
                .fetch(Fetch(newestVersion: PolicyVersion(sequence))), from: 1, key: Bench.key(1))
            #expect(fetched.sent(to: 1) == [.policy(.init(version: sequence, gateReference: policy.gateReference))])
            if sequence == 5 {
                bench = try bench.restarted(upTo: 5)
                bench.join(1)
            }
        }
    }

    @Test("a state from before there was a gate is taken, and one of another length begins at zero")
    func olderState() throws {
        let bench = try Bench(Bench.settings { $0.gateHistory = 4; $0.gateWeight = 1 })
        bench.join(1)
        bench.deliver(bench.update(1, base: 0, [3, 0, 0, 4]), from: 1, key: Bench.key(1))
        bench.storeAll()
        bench.stored[0].state.removeLast(5)
        let again = try bench.restarted(upTo: 1)
        let done = again.deliver(again.hello(), from: 1, key: Bench.key(1))
        guard case .welcome(let welcome) = done.sent(to: 1).first else {
            Issue.record("no welcome")
            return
        }
        #expect(welcome.policy?.gateReference == 0)
        #expect(again.core.version.number == 1)
    }

    @Test("bytes are counted by kind as frames cost on the wire, announcements, repetitions and refusals included")
    func traffic() throws {
        for isInsecure in [true, false] {
            let bench = try Bench(Bench.settings { $0.isInsecure = isInsecure; $0.broadcast = .announce })
            let cost = FrameCost(isEncrypted: !isInsecure)
            var up = 0
            var down = 0
            func send(_ message: AgentMessage, _ connection: UInt32) throws {
                let frame = Array(try bench.encoder.encode(message))
                up += cost.bytes(frame.count)
                bench.deliver(frame, from: connection, key: isInsecure ? nil : Bench.key(Int(connection)))
                down += bench.frames.reduce(0) { $0 + cost.bytes($1.bytes.count) }
            }
            func hello(_ name: StaticString) -> AgentMessage { bench.hello { $0.agentName = FixedText(name) } }
            try send(hello("one"), 1)
            try send(hello("two"), 2)
            let update = bench.update(1, base: 0)
            try send(update, 1)
            try send(update, 1)
            bench.advance(milliseconds: 500)
            bench.storeAll()
            down += bench.frames.reduce(0) { $0 + cost.bytes($1.bytes.count) }
            try send(bench.skip(1, base: 0, mirror: nil), 2)
            try send(bench.update(2, base: 9), 2)
            let core = bench.core.totals
            #expect(core.bytesReceived == UInt64(up) && core.bytesSent == UInt64(down))
            let traffic = bench.core.traffic
            #expect(traffic.messages(of: .hello) == 2 && traffic.messages(of: .update) == 3)
            #expect(traffic.messages(of: .skip) == 1 && traffic.messages(of: .announce) == 1)
            #expect(traffic.messages(of: .reject) == 1 && traffic.messages(of: .welcome) == 2)
            #expect(traffic.repeatedBytes > 0 && traffic.repeatedBytes < traffic.bytes(of: .update))
            let sum = MessageKind.allCases.reduce(0) { $0 + traffic.bytes(of: $1) }
            #expect(sum == UInt64(up + down))
        }
    }
}
