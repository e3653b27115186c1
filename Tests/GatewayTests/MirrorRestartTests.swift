import Foundation
import GRDB
import GatewayCore
import PolicyStore
import Testing
import Wire

@testable import Gateway

@Suite("Mirrors and gates over real sockets")
struct MirrorRestartTests {
    let folder: TestFolder
    private let first = (0..<RunningGateway.parameterCount).map { Float($0) - 4 }

    init() throws { folder = try TestFolder() }

    private func start(_ change: (inout GatewayPlan) -> Void = { _ in }) throws -> (RunningGateway, ScriptedAgent) {
        let gateway = try RunningGateway(in: folder) {
            $0.core.uplink.mirror = .float32
            $0.core.uplink.gate.rule = .lapg
            change(&$0)
        }
        let agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.hello()
        _ = try agent.receive()
        return (gateway, agent)
    }

    private func outcome(_ agent: ScriptedAgent) throws -> Outcome? {
        guard case .policy(_, let outcome, _, _) = try agent.receive() else { return nil }
        return outcome
    }

    @Test("a skip with reuse is answered and told of, and its mirror is still there after a restart")
    func reuse() throws {
        var (gateway, agent) = try start()
        try agent.update(1, base: 0, gradient: first)
        #expect(try outcome(agent) == .applied)
        try agent.skip(2, base: 1, mirror: first)
        #expect(try outcome(agent) == .reused)
        let event = try #require(gateway.events.next("update") { $0["reused"] as? Bool == true })
        #expect(event["gate_value"] as? Double == 0.5 && event["gate_threshold"] as? Double == 2)
        #expect(event["skips_total"] as? Int == 1)
        func bytes(_ event: [String: Any]) -> [String: [String: Int]] {
            event["bytes"] as? [String: [String: Int]] ?? [:]
        }
        // The socket's monitor may tell of the handshake later than the handshake's messages come.
        let status = try #require(
            gateway.events.next("status") { $0["reused"] as? Int == 1 && bytes($0)["up"]?["handshake"] ?? 0 > 0 })
        let up = try #require(bytes(status)["up"])
        let down = try #require(bytes(status)["down"])
        #expect(up["update"] ?? 0 > 40 && up["skip"] ?? 0 > 0 && up["hello"] ?? 0 > 0)
        #expect(down["policy"] ?? 0 > 80 && down["welcome"] ?? 0 > 0)
        #expect(up.values.reduce(0, +) == status["bytes_up"] as? Int)
        #expect(down.values.reduce(0, +) == status["bytes_down"] as? Int)
        try gateway.stop()

        (gateway, agent) = try start()
        let half = [Float](repeating: 0.5, count: first.count)
        try agent.update(3, base: 2, gradient: half, isInnovation: true, mirror: first)
        #expect(try outcome(agent) == .applied)
        try gateway.stop()
        let reader = try StoreReader(path: folder.path("store.sqlite"))
        let mirror = try #require(try reader.mirrors().first)
        #expect(mirror.data == zip(first, half).map { $0 + $1 }.withUnsafeBytes { Array($0) })
        #expect(mirror.sequence == 3)
        #expect(try reader.agents().map(\.skipsReused) == [1])
        try reader.verify()
    }

    @Test("a damaged mirror is named, and leads to a resynchronisation")
    func damaged() throws {
        var (gateway, agent) = try start()
        try agent.update(1, base: 0, gradient: first)
        #expect(try outcome(agent) == .applied)
        try gateway.stop()
        let queue = try DatabaseQueue(path: folder.path("store.sqlite"))
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "UPDATE mirrors SET data = zeroblob(length(data))")
        }
        try queue.close()

        (gateway, agent) = try start()
        #expect((gateway.events.next("mirror")?["error"] as? String)?.contains("table mirrors, row 0") == true)
        try agent.update(2, base: 1, gradient: first, isInnovation: true, mirror: first)
        #expect(try agent.receive() == .reject(.mirror, sequence: 2))
        try agent.update(3, base: 1, gradient: first)
        #expect(try outcome(agent) == .applied)
        try agent.skip(4, base: 2, mirror: first)
        #expect(try outcome(agent) == .reused)
        try gateway.stop()
        try StoreReader(path: folder.path("store.sqlite")).verify()
    }

    @Test("a skip that changes nothing is an event with what its gate compared; no mirror is stored where none is kept")
    func noted() throws {
        let (gateway, agent) = try start {
            $0.core.uplink.mirror = .none
            $0.core.uplink.gate.rule = .none
        }
        try agent.update(1, base: 0, gradient: first)
        #expect(try outcome(agent) == .applied)
        try agent.skip(2, base: 1, mirror: nil)
        #expect(try outcome(agent) == .noted)
        let event = try #require(gateway.events.next("skip"))
        #expect(event["sequence"] as? Int == 2 && event["gate_value"] as? Double == 0.5)
        let status = try #require(gateway.events.next("status") { $0["skips"] as? Int == 1 })
        #expect(status["skips_total"] as? Int == 1 && status["updates"] as? Int == 1)
        try gateway.stop()
        #expect(try StoreReader(path: folder.path("store.sqlite")).mirrors().isEmpty)
    }

    @Test("a restarted gateway with a lattice downlink tells an agent the difference from what it holds")
    func latticeRestart() throws {
        func lattice(_ plan: inout GatewayPlan) {
            plan.core.downlinkCodec = .lattice
            plan.core.latticeExponent = -6
        }
        var (gateway, agent) = try start(lattice)
        for sequence in UInt64(1)...3 {
            try agent.update(sequence, base: sequence - 1, gradient: first)
            #expect(try outcome(agent) == .applied)
        }
        try gateway.stop()
        (gateway, agent) = try start(lattice)
        try agent.fetch(held: 2)
        #expect(try agent.receiveBase() == 2)
        try gateway.stop()
        let reader = try StoreReader(path: folder.path("store.sqlite"))
        for version in UInt64(0)...3 {
            #expect(try reader.policy(version: version).lookahead.allSatisfy { ($0 * 64).rounded() == $0 * 64 })
        }
    }
}
