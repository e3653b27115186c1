import Bounded
import Foundation
import PolicyStore
import Testing
import ZMQTransport

@testable import Gateway

@Suite("Gateway over real sockets")
struct GatewayServerTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("an agent is welcomed, its update makes a version, and the answer carries it", arguments: [false, true])
    func update(isSecure: Bool) throws {
        let pair = try KeyPair.generate()
        try folder.allow([pair.publicKey])
        let gateway = try RunningGateway(in: folder, isSecure: isSecure)
        let agent: ScriptedAgent
        if let key = gateway.publicKey {
            agent = try ScriptedAgent("heron", to: gateway.endpoint, own: pair, gateway: key)
        } else {
            agent = try ScriptedAgent("heron", to: gateway.endpoint)
        }
        try agent.hello()
        #expect(try agent.receive() == .welcome(version: 0, lastApplied: 0, isWaiting: false))
        try agent.update(1, base: 0)
        guard case .policy(1, .applied, 1, let parameters) = try agent.receive() else {
            Issue.record("no answer to an update")
            return
        }
        #expect(parameters.count == RunningGateway.parameterCount)
        let event = try #require(gateway.events.next("update"))
        #expect(event["agent"] as? String == "heron")
        #expect(event["version"] as? Int == 1)
        #expect(event["return"] as? Double == 10)
        #expect(event["steps_total"] as? Int == 100)
        try gateway.stop()
        let stopped = try #require(gateway.events.next("stopped"))
        #expect(stopped["exit"] as? Int == 0)
        #expect(stopped["updates"] as? Int == 1)

        let reader = try StoreReader(path: folder.path("store.sqlite"))
        #expect(try reader.policy().lookahead == parameters)
        #expect(try reader.agents().map(\.updatesApplied) == [1])
        try reader.verify()
    }

    @Test("a restarted gateway goes on with the version, the parameters and the sequence that it had")
    func restart() throws {
        var gateway = try RunningGateway(in: folder)
        var agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.hello()
        _ = try agent.receive()
        var last: [Float] = []
        for sequence in 1...4 {
            try agent.update(UInt64(sequence), base: UInt64(sequence - 1))
            last = try #require(try agent.receive()).parameters
        }
        try gateway.stop()

        gateway = try RunningGateway(in: folder)
        agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.hello()
        #expect(try agent.receive() == .welcome(version: 4, lastApplied: 4, isWaiting: false))
        // The same report once more: it was applied before the restart.
        try agent.update(4, base: 3)
        #expect(
            try agent.receive() == .policy(version: 4, outcome: .duplicate, sequence: 4, parameters: last))
        try agent.update(5, base: 4)
        guard case .policy(5, .applied, 5, _) = try agent.receive() else {
            Issue.record("the next update was not applied")
            return
        }
        try gateway.stop()
    }

    @Test("a run that is interrupted by a restart makes the same versions, bit for bit, as one that is not")
    func restartIsInvisible() throws {
        func run(in folder: TestFolder, restartsAfter interruption: Int?) throws -> StoredState {
            var gateway = try RunningGateway(in: folder) { $0.seed = 5 }
            var agent = try ScriptedAgent("heron", to: gateway.endpoint)
            try agent.hello()
            _ = try agent.receive()
            for sequence in 1...12 {
                let gradient = (0..<RunningGateway.parameterCount).map { Float(sin(Double($0 * 7 + sequence))) }
                try agent.update(UInt64(sequence), base: UInt64(sequence - 1), gradient: gradient)
                _ = try agent.receive()
                if sequence == interruption {
                    try gateway.stop()
                    gateway = try RunningGateway(in: folder) { $0.seed = 5 }
                    agent = try ScriptedAgent("heron", to: gateway.endpoint)
                    try agent.hello()
                    _ = try agent.receive()
                }
            }
            try gateway.stop()
            return try StoreReader(path: folder.path("store.sqlite")).state()
        }
        let whole = try run(in: folder, restartsAfter: nil)
        let interrupted = try run(in: TestFolder(), restartsAfter: 7)
        #expect(whole.theta == interrupted.theta)
        #expect(whole.direction == interrupted.direction)
        #expect(whole.rule == interrupted.rule)
        #expect(whole.version == 12)
    }

    @Test("an answer that was lost with the gateway is given again as a duplicate, and nothing is applied twice")
    func lostAnswer() throws {
        var gateway = try RunningGateway(in: folder)
        var agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.hello()
        _ = try agent.receive()
        try agent.update(1, base: 0)
        // The store has it, the answer is on its way, and nobody reads it any more.
        _ = gateway.events.next("status") { $0["durable_version"] as? Int == 1 }
        agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try gateway.stop()

        gateway = try RunningGateway(in: folder)
        agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.hello()
        #expect(try agent.receive() == .welcome(version: 1, lastApplied: 1, isWaiting: false))
        try agent.update(1, base: 0)
        guard case .policy(1, .duplicate, 1, _) = try agent.receive() else {
            Issue.record("a resend was not answered as a duplicate")
            return
        }
        try gateway.stop()
        let reader = try StoreReader(path: folder.path("store.sqlite"))
        #expect(try reader.newestVersion() == 1)
        #expect(try reader.agents().map(\.duplicates) == [1])
    }

    @Test("the same numbers in another boot are other updates; an older boot is refused")
    func epochs() throws {
        let gateway = try RunningGateway(in: folder)
        let agent = try ScriptedAgent("heron", to: gateway.endpoint, epoch: 2)
        try agent.hello()
        _ = try agent.receive()
        try agent.update(1, base: 0)
        _ = try agent.receive()
        agent.epoch = 3
        try agent.hello()
        _ = try agent.receive()
        try agent.update(1, base: 1)
        guard case .policy(2, .applied, 1, _) = try agent.receive() else {
            Issue.record("an update of a new boot was not applied")
            return
        }
        agent.epoch = 2
        try agent.hello()
        #expect(try agent.receive() == .reject(.oldEpoch, sequence: 0))
        let refused = try #require(gateway.events.next("refused"))
        #expect(refused["reason"] as? String == "old-epoch")
        try gateway.stop()
    }

    @Test("every refusal names its reason to the agent and to the operator, and changes nothing")
    func refusals() throws {
        let gateway = try RunningGateway(in: folder)
        let agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.update(1, base: 0)
        #expect(try agent.receive() == .reject(.notWelcomed, sequence: 1))
        var shape = RunningGateway.shape
        shape.observationCount += 1
        try agent.hello(shape: shape)
        #expect(try agent.receive() == .reject(.shape, sequence: 0))
        try agent.hello()
        _ = try agent.receive()
        try agent.update(1, base: 9)
        let answer = try agent.receive()
        #expect(answer == .reject(.futureVersion, sequence: 1))
        var reasons: [String] = []
        for _ in 0..<3 { reasons.append(gateway.events.next("refused")?["reason"] as? String ?? "none") }
        #expect(reasons == ["not-welcomed", "shape", "future-version"])
        try gateway.stop()
        #expect(try StoreReader(path: folder.path("store.sqlite")).newestVersion() == 0)
    }

    @Test("a key that is not on the list is refused and told; after a reload of the list it is let in")
    func keys() throws {
        let pair = try KeyPair.generate()
        let stranger = pair.publicKey
        try folder.allow([])
        let gateway = try RunningGateway(in: folder, isSecure: true)
        let key = try #require(gateway.publicKey)
        let agent = try ScriptedAgent("heron", to: gateway.endpoint, own: pair, gateway: key)
        #expect(try agent.waitForFailure() != nil)
        let refused = try #require(gateway.events.next("refused"))
        #expect(refused["reason"] as? String == "key")
        #expect(refused["key"] as? String == TestFolder.string(stranger.z85))

        try folder.allow([stranger])
        gateway.reloadKeys()
        #expect(gateway.events.next("keys")?["allowed"] as? Int == 1)
        try agent.hello()
        #expect(try agent.receive() == .welcome(version: 0, lastApplied: 0, isWaiting: false))

        // A list that cannot be read leaves the one before in force.
        try Data("no key at all\n".utf8).write(to: URL(fileURLWithPath: folder.path("allowed.keys")))
        gateway.reloadKeys()
        let failed = try #require(gateway.events.next("keys"))
        #expect((failed["error"] as? String)?.contains("allowed.keys:1") == true)
        try agent.update(1, base: 0)
        guard case .policy(1, .applied, 1, _) = try agent.receive() else {
            Issue.record("an agent was cut off by a list that could not be read")
            return
        }

        try folder.allow([])
        gateway.reloadKeys()
        #expect(gateway.events.next("keys")?["allowed"] as? Int == 0)
        try gateway.stop()
    }

    @Test("the budget of updates ends the gateway by itself, once its agents have left")
    func budget() throws {
        let gateway = try RunningGateway(in: folder) { $0.core.updatesMaximum = 2 }
        let agent = try ScriptedAgent("heron", to: gateway.endpoint)
        try agent.hello()
        _ = try agent.receive()
        for sequence in 1...2 {
            try agent.update(UInt64(sequence), base: UInt64(sequence - 1))
            _ = try agent.receive()
        }
        try agent.update(3, base: 2)
        let answer = try agent.receive()
        #expect(answer == .reject(.stopping, sequence: 3))
        try agent.goodbye()
        try gateway.waitForEnd()
        #expect(gateway.events.next("finished")?["reason"] as? String == "updates")
        #expect(gateway.events.next("stopped")?["reason"] as? String == "finished")
    }

    @Test("volatile: many agents' updates are all in the history after a clean stop")
    func volatile() throws {
        let gateway = try RunningGateway(in: folder, durability: .volatile) { $0.commitIntervalMilliseconds = 20 }
        let agents = try (0..<4).map { try ScriptedAgent("agent-\($0)", to: gateway.endpoint) }
        for agent in agents {
            try agent.hello()
            _ = try agent.receive()
        }
        for sequence in 1...25 {
            for agent in agents { try agent.update(UInt64(sequence), base: 0) }
            for agent in agents { _ = try agent.receive() }
        }
        try gateway.stop()
        let reader = try StoreReader(path: folder.path("store.sqlite"))
        #expect(try reader.versions().map(\.version) == Array(1...100))
        #expect(try reader.state().version == 100)
        #expect(try reader.agents().map(\.updatesApplied) == [25, 25, 25, 25])
        try reader.verify()
    }
}
