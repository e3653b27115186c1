import Aggregation
import Foundation
import GatewayCore
import GradientCodec
import PolicyMath
import Testing
import Wire

@Suite("What lapwing-agent costs", .serialized)
struct AgentBarTests {
    @Test(
        "plan agrees with what a run reserves, to the byte",
        arguments: [
            [], ["--set", "environment.name=cartpole"], ["--set", "policy.observation_normalisation=true"],
            ["--set", "learning.estimator=streaming", "--set", "policy.hidden=64 64"],
            ["--set", "learning.estimator=gae", "--set", "learning.baseline=critic", "--set", "policy.hidden=32"],
            ["--set", "learning.estimator=gae", "--set", "learning.baseline=critic",
                "--set", "learning.critic_shared=true"],
            ["--set", "learning.direction=natural", "--set", "sampling.batch_steps=333"],
            ["--set", "learning.direction=consensus", "--set", "policy.hidden=32 32"],
            ["--set", "uplink.codec=top-k", "--set", "uplink.feedback=error"],
            ["--set", "uplink.codec=ternary", "--set", "uplink.entropy_coding=true"],
            ["--set", "uplink.codec=sign", "--set", "uplink.feedback=innovation", "--set", "uplink.mirror=float16",
                "--set", "uplink.node_momentum=0.5"],
            ["--set", "uplink.skip_rule=lapg", "--set", "uplink.mirror=float32"],
            ["--set", "uplink.skip_rule=lasg-wk2", "--set", "uplink.mirror=float32",
                "--set", "learning.direction=natural"],
            ["--set", "uplink.skip_rule=laq", "--set", "uplink.mirror=float32", "--set", "uplink.codec=grid",
                "--set", "uplink.feedback=innovation", "--set", "learning.estimator=streaming"],
            ["--set", "uplink.gate_shadow=true", "--set", "policy.hidden=32 32"],
        ])
    func plan(overrides: [String]) throws {
        let folder = try AgentFolder()
        let path = try folder.configure(endpoint: "tcp://127.0.0.1:9")
        let plan = try AgentProgram.run(["plan", "--config", path, "--format", "json"] + overrides, in: folder.url)
        #expect(plan.exitCode == 0)
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any])
        let result = try #require(report["result"] as? [String: Any])
        let total = try #require(result["total_bytes"] as? Int)
        let holders = try #require(result["holders"] as? [[String: Any]])
        #expect(holders.compactMap { $0["bytes"] as? Int }.reduce(0, +) == total)

        let run = try AgentProcess(["run", path, "--format", "json"] + overrides, in: folder.url)
        let deadline = Date(timeIntervalSinceNow: 10)
        while run.status("started") == nil, Date() < deadline { usleep(5_000) }
        run.send(SIGTERM)
        run.waitUntilExit()
        #expect(run.status("started")?["arena_bytes"] as? Int == total)
        #expect(run.status("stopped")?["arena_bytes"] as? Int == total)
    }

    @Test("the text form of plan has a line for each holder, the sum, and the limit")
    func planText() throws {
        let folder = try AgentFolder()
        let path = try folder.configure(endpoint: "tcp://127.0.0.1:9")
        let plan = try AgentProgram.run(["plan", path], in: folder.url)
        let lines = plan.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        let sum = try #require(lines.first { $0.last?.trimmingCharacters(in: .whitespaces) == "sum" })
        let parts = lines.prefix { $0.last?.trimmingCharacters(in: .whitespaces) != "sum" }
        #expect(parts.compactMap { Int($0[0]) }.reduce(0, +) == Int(sum[0]))
        #expect(parts.count > 8)
    }

    @Test("the stripped binary is at most 300 kB, and links neither Foundation nor a Swift runtime")
    func size() throws {
        try AgentProgram.require()
        let stripped = FileManager.default.temporaryDirectory.appendingPathComponent("stripped-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: stripped) }
        _ = try shell("strip -s -o '\(stripped.path)' '\(AgentProgram.path)'")
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: stripped.path)[.size] as? Int)
        print("lapwing-agent, stripped: \(size) bytes")
        #expect(size <= 300_000)
        let libraries = try shell("ldd '\(AgentProgram.path)'")
        #expect(!libraries.contains("libswift") && !libraries.contains("Foundation"))
    }

    @Test("10,000 updates over CURVE: no block of the agent's own, and libzmq's one more for a frame that it encrypts")
    func blocksOverCurve() throws {
        let allocations = try measure(
            updates: 10_000, keys: true, policy: .gaussian(observations: 2, actions: 1, hidden: [4, 4]),
            options: "length=50", hidden: "4 4")
        print("allocations over CURVE: \(allocations.report)")
        #expect(allocations.blocks("main_blocks") == 0)
        #expect(allocations.blocks("other_blocks") == 0)
        // libzmq 4.3.4 copies a frame into a second block to encrypt it; a few more are its own housekeeping.
        let frames = 2 * allocations.blocks("frames_sent") + allocations.blocks("frames_received")
        #expect(allocations.blocks("zmq_blocks") <= frames + 100)
        #expect(allocations.blocks("frames_sent") >= 10_000)
    }

    @Test("10,000 updates in the clear: no block of the agent's own, and at most one of libzmq's a frame")
    func blocksOfTheTransport() throws {
        let allocations = try measure(
            updates: 10_000, keys: false, policy: .gaussian(observations: 2, actions: 1, hidden: [4, 4]),
            options: "length=50", hidden: "4 4")
        print("allocations in the clear: \(allocations.report)")
        let frames = allocations.blocks("frames_sent") + allocations.blocks("frames_received")
        #expect(allocations.blocks("main_blocks") == 0)
        #expect(allocations.blocks("zmq_blocks") <= frames)
        #expect(allocations.blocks("other_blocks") == 0)
        #expect(allocations.blocks("frames_sent") >= 10_000)
    }

    @Test("2,000 updates and skips through top-k, error feedback, a mirror and a gate: no block of the agent's own")
    func blocksOfCompression() throws {
        var uplink = UplinkSettings.sending(.topK)
        uplink.codec.keptFraction = 0.1
        uplink.feedback = .error
        uplink.mirror = .float32
        uplink.gate.rule = .lapg
        uplink.gate.chunks = 2
        uplink.gate.skipRoundsMaximum = 3
        let allocations = try measure(
            updates: 2_000, keys: true, policy: .gaussian(observations: 2, actions: 1, hidden: [4, 4]),
            options: "length=50", hidden: "4 4", uplink: uplink, more: """
                [uplink]
                codec = top-k
                kept_fraction = 0.1
                feedback = error
                mirror = float32
                skip_rule = lapg
                skip_chunks = 2
                skip_rounds_max = 3
                """)
        print("allocations with compression and a gate: \(allocations.report)")
        #expect(allocations.blocks("main_blocks") == 0)
        #expect(allocations.blocks("other_blocks") == 0)
        #expect(allocations.blocks("frames_sent") >= 2_000)
    }

    @Test("2,000 rounds of agreement, two of three with the batch of the first: no block of the agent's own")
    func blocksOfConsensus() throws {
        var consensus = ConsensusSettings()
        consensus.rounds = 3
        let allocations = try measure(
            updates: 2_000, keys: true, policy: .gaussian(observations: 2, actions: 1, hidden: [4, 4]),
            options: "length=50", hidden: "4 4",
            rule: .rounds(
                .fednpgADMM(
                    consensus, stepSize: .constant(0.01), normalises: true, gradientNorm: GradientNormSettings())),
            more: "[learning]\ndirection = consensus\n")
        print("allocations with consensus: \(allocations.report)")
        #expect(allocations.blocks("main_blocks") == 0)
        #expect(allocations.blocks("other_blocks") == 0)
        #expect(allocations.blocks("frames_sent") >= 2_000)
    }

    @Test("2,000 updates with a shared critic in half precision: no block of the agent's own")
    func blocksOfSharedCritic() throws {
        var critic = SharedCriticSettings(hiddenWidths: LayerWidths([6]))
        critic.uplinkCodec = .denseFloat16
        critic.downlinkCodec = .denseFloat16
        let allocations = try measure(
            updates: 2_000, keys: true, policy: .gaussian(observations: 2, actions: 1, hidden: [4, 4]),
            options: "length=50", hidden: "4 4", critic: critic, more: """
                [learning]
                estimator = gae
                discount = 0.9
                baseline = critic
                critic_hidden = 6
                critic_shared = true
                """)
        print("allocations with a shared critic: \(allocations.report)")
        #expect(allocations.blocks("main_blocks") == 0)
        #expect(allocations.blocks("other_blocks") == 0)
        #expect(allocations.blocks("frames_sent") >= 2_000)
    }

    @Test("at most 8 MB are resident with a 64-64 policy of Hopper's shape, libzmq and all")
    func resident() throws {
        let folder = try AgentFolder()
        let policy = PolicyDescription.gaussian(observations: 11, actions: 3, hidden: [64, 64])
        let gateway = try LoopbackGateway(
            policy: policy, pair: folder.path("gateway.key"), allowed: [try folder.publicKey("agent")])
        let path = try folder.configure(
            endpoint: gateway.endpoint,
            environment: """
                name = scripted
                plugin = \(try ScriptedPlugin.build())
                options = length=200;observations=11;actions=3
                """, policy: "hidden = 64 64", sampling: "batch_steps = 1000")
        let agent = try AgentProcess(["run", path, "--format", "json"], in: folder.url)
        #expect(try gateway.serve(seconds: 120) { gateway.updates >= 20 || !agent.isRunning })
        let peak = try #require(agent.memory("VmHWM"))
        let now = try #require(agent.memory("VmRSS"))
        agent.send(SIGTERM)
        try gateway.serve(seconds: 10) { !agent.isRunning }
        print("lapwing-agent, 11-64-64-3, batches of 1,000 steps: VmRSS \(now) bytes, VmHWM \(peak) bytes")
        #expect(peak <= 8 << 20)
        #expect(agent.exitCode == 0)
    }

    // MARK: - Counting

    private struct Allocations {
        let report: [String: Any]
        func blocks(_ name: String) -> Int { report[name] as? Int ?? -1 }
    }

    private func measure(
        updates: UInt64, keys: Bool, policy: PolicyDescription, options: String, hidden: String,
        uplink: UplinkSettings = UplinkSettings(), rule: ServerRule.Settings? = nil,
        critic: SharedCriticSettings? = nil, more: String = ""
    ) throws -> Allocations {
        let folder = try AgentFolder()
        let gateway =
            keys
            ? try LoopbackGateway(
                policy: policy, pair: folder.path("gateway.key"), allowed: [try folder.publicKey("agent")],
                uplink: uplink, rule: rule, critic: critic)
            : try LoopbackGateway(policy: policy, uplink: uplink, rule: rule, critic: critic)
        let path = try folder.configure(
            endpoint: gateway.endpoint,
            environment: "name = scripted\nplugin = \(try ScriptedPlugin.build())\noptions = \(options)",
            policy: "hidden = \(hidden)", sampling: "batch_steps = 4", keys: keys, more: more)
        let counter = try shell("'\(AgentProgram.root.path)/scripts/build-allocation-counter'")
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let file = folder.path("allocations.json")
        let agent = try AgentProcess(
            ["run", path, "--format", "json"], in: folder.url,
            environment: [
                "LD_PRELOAD": AgentProgram.root.appendingPathComponent(counter).path,
                "LAPWING_ALLOCATIONS_FILE": file,
            ])
        #expect(try gateway.serve(seconds: 240) { gateway.updates >= updates + 64 || !agent.isRunning })
        #expect(critic == nil || gateway.criticChanges >= updates)
        agent.send(SIGTERM)
        try gateway.serve(seconds: 10) { !agent.isRunning }
        #expect(agent.exitCode == 0)
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        return Allocations(report: try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:])
    }
}
