import Foundation
import Testing

@testable import Training

/// What goes wrong between real processes, and what they say about it.
@Suite("Faults between real processes", .serialized, .timeLimit(.minutes(3)))
struct FaultTests {
    /// Waits for a program to end, and expects one last line with all of `words` and a documented exit code.
    static func expectRefusal(_ program: Running, code: Int32, words: [String], seconds: Double = 30) throws {
        let outcome = try program.outcome(seconds: seconds)
        #expect(outcome.status == code, "\(outcome.errors)")
        for word in words {
            #expect(outcome.lastError.contains(word), "\"\(word)\" is missing in: \(outcome.lastError)")
        }
    }

    @Test("a mistyped key is one line with file, line and the right key, and nothing goes on")
    func mistypedKey() throws {
        let federation = try Federation(agents: 1, updates: 10)
        _ = try federation.startGateway()
        var text = try String(contentsOf: federation.folder.agentConfiguration(1), encoding: .utf8)
        text.replace("discount", with: "discont")
        try Data(text.utf8).write(to: federation.folder.agentConfiguration(1))
        let agent = try federation.startAgent(1)
        try Self.expectRefusal(agent, code: 78, words: ["agent-1.conf:", "discont", "did you mean \"discount\"?"])

        var gateway = try String(contentsOf: federation.folder.gatewayConfiguration, encoding: .utf8)
        gateway.replace("step_size ", with: "stepsize ")
        try Data(gateway.utf8).write(to: federation.folder.gatewayConfiguration)
        let second = try Running(Programs.gateway, ["run", "--config", "gateway.conf"], in: federation.folder.url)
        try Self.expectRefusal(second, code: 78, words: ["gateway.conf:", "stepsize", "step_size"])
    }

    @Test("lapwing train refuses a mistyped key of --set before it starts anything")
    func mistypedOverride() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let outcome = try Programs.run(
            Programs.lapwing,
            TrainTests.arguments(runs, installation, updates: 5, more: ["--set", "gateway.aggregation.stepsize=1"]))
        #expect(outcome.status == 78)
        #expect(outcome.lastError.contains("stepsize"))
        #expect(outcome.lastError.contains("step_size"))
    }

    @Test("a missing key file is named")
    func missingKeyFile() throws {
        let federation = try Federation(agents: 1, updates: 10)
        let running = try federation.startGateway()
        try FileManager.default.removeItem(at: federation.folder.keys.appending(path: "agent-1.key"))
        try Self.expectRefusal(try federation.startAgent(1), code: 66, words: ["agent-1.key", "no such key file"])
        running.send(SIGTERM)
        _ = try running.outcome()
        try FileManager.default.removeItem(at: federation.folder.keys.appending(path: "gateway.key"))
        let gateway = try Running(Programs.gateway, ["run", "--config", "gateway.conf"], in: federation.folder.url)
        try Self.expectRefusal(gateway, code: 66, words: ["gateway.key"])
    }

    @Test("a wrong gateway key ends the agent with the step that failed")
    func wrongGatewayKey() throws {
        let federation = try Federation(agents: 1, updates: 10)
        _ = try federation.startGateway()
        let other = federation.folder.keys.appending(path: "other")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        try RunPlan.writeKeys(name: "gateway", folder: other, withPublicFile: true)
        let agent = try federation.startAgent(1, changes: ["gateway.public_key_file=keys/other/gateway.pub"])
        try Self.expectRefusal(agent, code: 77, words: ["key"])
    }

    @Test("an agent that is not on the list is refused by its key")
    func unknownAgent() throws {
        let federation = try Federation(agents: 2, updates: 10)
        let list = federation.folder.keys.appending(path: "allowed.keys")
        let lines = try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
        try Data((lines.filter { !$0.hasSuffix("agent-2") }.joined(separator: "\n") + "\n").utf8).write(to: list)
        _ = try federation.startGateway()
        try Self.expectRefusal(try federation.startAgent(2), code: 77, words: ["key"])
    }

    @Test("a plug-in that is missing or does not load is named")
    func badPlugin() throws {
        let federation = try Federation(agents: 1, updates: 10)
        _ = try federation.startGateway()
        let missing = try federation.startAgent(1, changes: ["environment.plugin=./none.so"])
        try Self.expectRefusal(missing, code: 66, words: ["none.so"])
        try Data("no library".utf8).write(to: federation.folder.url.appending(path: "bad.so"))
        let bad = try federation.startAgent(1, changes: ["environment.plugin=./bad.so"])
        try Self.expectRefusal(bad, code: 65, words: ["bad.so"])
    }

    @Test("an agent whose policy has another shape than the federation's says which, and how to mend it")
    func wrongShape() throws {
        let federation = try Federation(agents: 1, updates: 10)
        _ = try federation.startGateway()
        let layers = try federation.startAgent(1, changes: ["policy.hidden=16"])
        try Self.expectRefusal(layers, code: 76, words: ["16"])
        let task = try federation.startAgent(
            1, changes: ["environment.name=swimmer", "learning.discount=0.99"])
        try Self.expectRefusal(task, code: 76, words: ["8"])
    }

    @Test("an agent that is killed and started again goes on, and nothing is applied twice")
    func killedAgent() throws {
        let federation = try Federation(agents: 2, updates: 400)
        let gateway = try federation.startGateway()
        let first = try federation.startAgent(1)
        let second = try federation.startAgent(2)
        #expect(wait(seconds: 30) { federation.updates(of: gateway).count > 20 })
        first.send(SIGKILL)
        _ = try first.outcome()
        let before = federation.updates(of: gateway).filter { $0.agent == "agent-1" }.count
        let again = try federation.startAgent(1)
        #expect(
            wait(seconds: 30) { federation.updates(of: gateway).filter { $0.agent == "agent-1" }.count > before + 5 },
            "\(again.errors)")
        let versions = federation.updates(of: gateway).map(\.version)
        #expect(versions == Array(1...UInt64(versions.count)), "versions rise by one")
        #expect(second.isRunning || federation.updates(of: gateway).count >= 400)
    }

    @Test("a gateway that is killed and started again continues from its store, and the agents come back")
    func killedGateway() throws {
        let federation = try Federation(
            agents: 2, updates: 1_000_000, changes: ["agent.network.reconnect_interval_max_ms=500"])
        let gateway = try federation.startGateway()
        let agents = [try federation.startAgent(1), try federation.startAgent(2)]
        #expect(wait(seconds: 30) { federation.updates(of: gateway).count > 20 })
        let endpoint = federation.endpoint
        gateway.send(SIGKILL)
        _ = try gateway.outcome()
        let before = federation.updates(of: gateway).map(\.version).max() ?? 0
        let again = try federation.startGateway(at: endpoint)
        #expect(wait(seconds: 30) { federation.updates(of: again).count > 20 }, "\(again.errors)")
        let first = try #require(federation.updates(of: again).first?.version)
        #expect(first >= 2, "it continued")
        #expect(first <= before + 1, "it went on from what was stored; what it reported before was at most stored")
        #expect(agents.filter { !$0.isRunning }.isEmpty)
        let names = Set(federation.updates(of: again).map(\.agent))
        #expect(names == ["agent-1", "agent-2"])
    }
}
