import Foundation
import Testing
import Wire

@Suite("lapwing-agent says in one line why it does not start", .serialized)
struct AgentRefusalTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        let exitCode: Int32
        let words: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "no such command", arguments: ["rnu"], exitCode: 64, words: ["rnu is no command", "--help"]),
        Case(name: "no configuration", arguments: ["run"], exitCode: 64, words: ["--config is missing"]),
        Case(
            name: "unknown flag", arguments: ["plan", "--config", "agent.conf", "--jsno"], exitCode: 64,
            words: ["--jsno", "--help"]),
        Case(
            name: "missing file", arguments: ["run", "--config", "no.conf"], exitCode: 66,
            words: ["no.conf", "no such file"]),
        Case(
            name: "missing profile", arguments: ["check-config", "agent.conf", "--profile", "no.conf"], exitCode: 66,
            words: ["no.conf", "no such file"]),
        Case(
            name: "profile with a key of the main file", arguments: ["plan", "agent.conf", "--profile", "agent.conf"],
            exitCode: 78, words: ["agent.conf:2: [agent] name", "a profile has only", "move it to the main file"]),
        Case(
            name: "profile without a value", arguments: ["run", "agent.conf", "--profile"], exitCode: 64,
            words: ["--profile needs a value"]),
        Case(
            name: "contradiction", arguments: ["run", "agent.conf", "--set", "uplink.skip_rule=lapg"], exitCode: 78,
            words: ["--set: [uplink] skip_rule", "set mirror"]),
        Case(
            name: "mistyped key", arguments: ["run", "--config", "agent.conf", "--set", "learning.discont=0.9"],
            exitCode: 78, words: ["[learning] discont", "did you mean \"discount\"?"]),
        Case(
            name: "value out of range", arguments: ["run", "agent.conf", "--set", "sampling.batch_steps=0"],
            exitCode: 78, words: ["batch_steps"]),
        Case(
            name: "missing key file", arguments: ["run", "agent.conf", "--set", "keys.key_file=none.key"],
            exitCode: 66, words: ["none.key", "keys new"]),
        Case(
            name: "public key where the pair belongs",
            arguments: ["run", "agent.conf", "--set", "keys.key_file=agent.pub"], exitCode: 65,
            words: ["agent.pub", "no secret key"]),
        Case(
            name: "unknown environment", arguments: ["run", "agent.conf", "--set", "environment.name=moon"],
            exitCode: 78, words: ["moon", "swimmer"]),
        Case(
            name: "missing plug-in",
            arguments: ["run", "agent.conf", "--set", "environment.plugin=/nowhere/libnone.so"], exitCode: 66,
            words: ["/nowhere/libnone.so"]),
        Case(
            name: "a plug-in that does not load",
            arguments: ["run", "agent.conf", "--set", "environment.plugin=./agent.conf"], exitCode: 65,
            words: ["did not load"]),
        Case(
            name: "memory limit", arguments: ["run", "agent.conf", "--set", "sampling.batch_steps=10000000"],
            exitCode: 78, words: ["memory plan passes its limit", "memory_limit_bytes"]),
        Case(
            name: "insecure off loopback",
            arguments: [
                "run", "agent.conf", "--set", "gateway.insecure=true", "--set",
                "gateway.endpoint=tcp://192.0.2.1:5870",
            ], exitCode: 78, words: ["insecure", "loopback"]),
        Case(
            name: "endpoint", arguments: ["run", "agent.conf", "--set", "gateway.endpoint=127.0.0.1"], exitCode: 78,
            words: ["tcp://host:port"]),
    ]

    @Test("refuses", arguments: cases)
    func refuses(sample: Case) throws {
        let folder = try AgentFolder()
        try folder.configure(endpoint: "tcp://127.0.0.1:9")
        let agent = try AgentProgram.run(sample.arguments, in: folder.url)
        #expect(agent.exitCode == sample.exitCode)
        let lines = agent.errorLines.filter { !$0.contains("WARNING") }
        #expect(lines.count == 1, "\(lines)")
        let line = try #require(lines.last)
        #expect(line.hasPrefix("lapwing-agent: "))
        for word in sample.words { #expect(line.contains(word), "\(line)") }
        #expect(!agent.output.contains("started"), "what a start needs is looked at before the start is announced")
    }

    @Test("a secret key that others can read is refused")
    func openKey() throws {
        let folder = try AgentFolder()
        let path = try folder.configure(endpoint: "tcp://127.0.0.1:9")
        chmod(folder.path("agent.key"), 0o644)
        let agent = try AgentProgram.run(["run", path], in: folder.url)
        #expect(agent.exitCode == 77)
        #expect(agent.errorLines.last?.contains("chmod 600") == true)
        #expect(!agent.output.contains("started"))
    }

    @Test("a damaged boot epoch is refused, and nothing is sent under it")
    func damagedEpoch() throws {
        let folder = try AgentFolder()
        let path = try folder.configure(endpoint: "tcp://127.0.0.1:9")
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        try "12x4\n".write(toFile: folder.path("state/boot-epoch"), atomically: true, encoding: .utf8)
        let agent = try AgentProgram.run(["run", path], in: folder.url)
        #expect(agent.exitCode == 65)
        #expect(agent.errorLines.last?.contains("boot-epoch") == true)
        #expect(!agent.output.contains("started"))
    }

    @Test("a wrong gateway key ends it: the CURVE handshake failed, and what to check")
    func wrongGatewayKey() throws {
        let folder = try AgentFolder()
        let gateway = try LoopbackGateway(
            policy: .gaussian(observations: 3, actions: 1, hidden: [4, 4]), pair: folder.path("gateway.key"),
            allowed: [try folder.publicKey("agent")])
        let path = try folder.configure(endpoint: gateway.endpoint)
        let agent = try AgentProcess(
            ["run", path, "--set", "gateway.public_key_file=stranger.pub"], in: folder.url)
        #expect(try gateway.serve(seconds: 30) { !agent.isRunning })
        #expect(agent.exitCode == 77)
        let line = try #require(agent.errorLines.last)
        #expect(line.contains("CURVE handshake") && line.contains("public_key_file"), "\(line)")
    }

    @Test("a key that the gateway does not know ends it, and says where the key belongs")
    func unknownKey() throws {
        let folder = try AgentFolder()
        let gateway = try LoopbackGateway(
            policy: .gaussian(observations: 3, actions: 1, hidden: [4, 4]), pair: folder.path("gateway.key"),
            allowed: [try folder.publicKey("stranger")])
        let path = try folder.configure(endpoint: gateway.endpoint)
        let agent = try AgentProcess(["run", path], in: folder.url)
        #expect(try gateway.serve(seconds: 30) { !agent.isRunning })
        #expect(agent.exitCode == 77)
        #expect(agent.errorLines.last?.contains("allowed_keys_file") == true)
        #expect(gateway.keysRefused > 0)
    }

    @Test("a policy of another shape than the federation's ends it")
    func shape() throws {
        let folder = try AgentFolder()
        let gateway = try LoopbackGateway(policy: .gaussian(observations: 8, actions: 2, hidden: [64, 64]))
        let path = try folder.configure(endpoint: gateway.endpoint, keys: false)
        let agent = try AgentProcess(["run", path], in: folder.url)
        #expect(try gateway.serve(seconds: 30) { !agent.isRunning })
        #expect(agent.exitCode == 76)
        let line = try #require(agent.errorLines.last)
        #expect(line.contains("shape") && line.contains("[policy]"), "\(line)")
    }
}
