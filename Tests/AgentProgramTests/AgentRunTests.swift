import Foundation
import GradientCodec
import Testing
import Wire

@Suite("A running lapwing-agent", .serialized)
struct AgentRunTests {
    private let pendulum = PolicyDescription.gaussian(observations: 3, actions: 1, hidden: [4, 4])

    @Test("trains over CURVE, says goodbye at the first SIGTERM, and ends with 0")
    func stopsCleanly() throws {
        let folder = try AgentFolder()
        let gateway = try LoopbackGateway(
            policy: pendulum, pair: folder.path("gateway.key"), allowed: [try folder.publicKey("agent")])
        let path = try folder.configure(endpoint: gateway.endpoint)
        let agent = try AgentProcess(["run", "--config", path, "--format", "json"], in: folder.url)
        #expect(try gateway.serve { gateway.updates >= 20 || !agent.isRunning })
        agent.send(SIGTERM)
        #expect(try gateway.serve(seconds: 10) { !agent.isRunning && gateway.left(.goodbye) })
        #expect(agent.exitCode == 0)
        let stopped = try #require(agent.status("stopped"))
        let applied = try #require(stopped["updates_applied"] as? Int)
        #expect(applied >= 19)
        // The last one may be in the gateway while its answer is on the way.
        #expect([gateway.updates, gateway.updates - 1].contains(UInt64(applied)))
    }

    @Test("ends within two seconds of SIGINT when there is no gateway")
    func stopsAlone() throws {
        let folder = try AgentFolder()
        let path = try folder.configure(endpoint: "tcp://127.0.0.1:9")
        let agent = try AgentProcess(["run", "--config", path, "--format", "json"], in: folder.url)
        #expect(wait(seconds: 10) { agent.status("started") != nil })
        #expect(wait(seconds: 10) { agent.errorLines.contains { $0.contains("nobody answers at tcp://127.0.0.1:9") } })
        let began = Date()
        agent.send(SIGINT)
        agent.waitUntilExit()
        #expect(agent.exitCode == 0)
        #expect(Date().timeIntervalSince(began) < 2)
    }

    @Test("raises its boot epoch at each start, before anything else, and the gateway sees it")
    func bootEpoch() throws {
        let folder = try AgentFolder()
        let path = try folder.configure(endpoint: "tcp://127.0.0.1:9")
        for expected in 1...3 {
            let agent = try AgentProcess(["run", path, "--format", "json"], in: folder.url)
            #expect(wait(seconds: 10) { agent.status("started") != nil })
            agent.send(SIGKILL)
            agent.waitUntilExit()
            let text = try String(contentsOfFile: folder.path("state/boot-epoch"), encoding: .utf8)
            #expect(text == "\(expected)\n")
        }
    }

    @Test("comes back after its gateway was away, and goes on with the same updates")
    func outlivesTheGateway() throws {
        let folder = try AgentFolder()
        let keys = (pair: folder.path("gateway.key"), allowed: [try folder.publicKey("agent")])
        var first: LoopbackGateway? = try LoopbackGateway(policy: pendulum, pair: keys.pair, allowed: keys.allowed)
        let endpoint = try #require(first?.endpoint)
        let path = try folder.configure(endpoint: endpoint, more: "[uplink]\nresend_interval_ms = 100")
        let agent = try AgentProcess(["run", path, "--format", "json"], in: folder.url)
        try first?.serve { (first?.updates ?? 0) >= 5 || !agent.isRunning }
        first = nil
        let second = try LoopbackGateway(
            policy: pendulum, pair: keys.pair, allowed: keys.allowed, endpoint: endpoint)
        #expect(try second.serve { second.updates >= 5 || !agent.isRunning })
        agent.send(SIGTERM)
        #expect(try second.serve(seconds: 10) { !agent.isRunning })
        #expect(agent.exitCode == 0)
        #expect(agent.status("stopped")?["welcomes"] as? Int == 2)
    }

    @Test(
        "packs gradients as the federation says, whatever its own file says, and they are applied",
        arguments: [(VectorCodec.denseFloat32, 4), (.denseFloat16, 2)])
    func federationCodec(codec: VectorCodec, elementBytes: Int) throws {
        let folder = try AgentFolder()
        let policy = PolicyDescription.gaussian(observations: 3, actions: 1, hidden: [32, 32])
        let gateway = try LoopbackGateway(policy: policy, uplink: .sending(codec))
        let path = try folder.configure(
            endpoint: gateway.endpoint, policy: "hidden = 32 32", keys: false, more: "[uplink]\ncodec = dense-float32")
        let agent = try AgentProcess(["run", path, "--format", "json"], in: folder.url)
        #expect(try gateway.serve { gateway.updates >= 10 || !agent.isRunning })
        agent.send(SIGTERM)
        #expect(try gateway.serve(seconds: 10) { !agent.isRunning })
        #expect(agent.exitCode == 0)
        #expect(gateway.updates >= 10)
        let vectorBytes = elementBytes * policy.shape.parameterCount
        #expect(gateway.longestMessageBytes > vectorBytes)
        #expect(gateway.longestMessageBytes < vectorBytes + 512)
    }

    @Test("ends with 0 when the gateway has what it wanted")
    func gatewayDone() throws {
        let folder = try AgentFolder()
        let gateway = try LoopbackGateway(policy: pendulum, updatesMaximum: 5)
        let path = try folder.configure(endpoint: gateway.endpoint, keys: false)
        let agent = try AgentProcess(["run", path], in: folder.url)
        #expect(try gateway.serve(seconds: 20) { !agent.isRunning })
        #expect(agent.exitCode == 0)
        #expect(gateway.updates == 5)
        #expect(agent.errorLines.contains { $0.contains("WARNING: insecure") })
    }

    private func wait(seconds: Double, until isOver: () -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !isOver() {
            guard Date() < deadline else { return false }
            usleep(5_000)
        }
        return true
    }
}
