import Bounded
import Foundation
import Testing

@testable import ZMQTransport

@Suite("Messages between agents and a gateway")
struct TrafficTests {
    @Test("without a connection nothing is queued: send answers false")
    func nothingQueued() throws {
        let listener = RawListener()
        let agent = try TestAgent(insecureTo: "tcp://127.0.0.1:\(listener.port)")
        #expect(try agent.send([1, 2, 3]) == false)
        #expect(agent.socket.counters.wouldBlock == 1)
        #expect(agent.socket.counters.framesSent == 0)
        listener.shut()
    }

    @Test("an agent that does not read fills its own queue, and nobody else's")
    func slowReader() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        let slow = try TestAgent(insecureTo: gateway.endpoint)
        let quick = try TestAgent(insecureTo: gateway.endpoint)
        let slowConnection = try #require(try connect(slow, gateway))
        let quickConnection = try #require(try connect(quick, gateway))
        let frame = [UInt8](repeating: 5, count: 60_000)
        var sent = 0
        while sent < 10_000, try gateway.send(frame, to: slowConnection) == .sent { sent += 1 }
        #expect(sent < 10_000)
        #expect(gateway.socket.counters.wouldBlock == 1)
        #expect(try gateway.send([1], to: quickConnection) == .sent)
        try eventually {
            try quick.poll()
            return try quick.receive() == [1]
        }
        #expect(try gateway.send([1], to: ConnectionID(quickConnection.number &+ 1_000)) == .gone)
    }

    @Test("a frame is shared among eight agents, and each gets it whole")
    func sharedBroadcast() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        var agents: [TestAgent] = []
        var connections: [ConnectionID] = []
        for _ in 0..<8 {
            let pair = try KeyPair.generate()
            gateway.allow(pair.publicKey)
            let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: gateway.publicKey)
            connections.append(try #require(try connect(agent, gateway)))
            agents.append(agent)
        }
        let frame = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        connections.append(ConnectionID(connections[0].number &- 5_000))
        let result = try frame.withUnsafeBytes { bytes in
            try connections.withUnsafeBufferPointer { try gateway.socket.sendShared(bytes, to: $0) }
        }
        #expect(result.sent == 8)
        #expect(result.gone == 1)
        for agent in agents {
            try eventually {
            try agent.poll()
            return try agent.receive() == frame
        }
        }
    }

    @Test("the agent comes back by itself when its gateway is started again")
    func gatewayRestart() throws {
        let pair = try KeyPair.generate()
        let agentKey = pair.publicKey
        let gatewayPair = try KeyPair.generate()
        let secret = gatewayPair.secretKey.z85
        var gateway: TestGateway? = try TestGateway(pair: gatewayPair)
        let endpoint = try #require(gateway?.endpoint)
        let gatewayKey = try #require(gateway?.publicKey)
        gateway?.allow(agentKey)
        let agent = try TestAgent(endpoint: endpoint, pair: pair, gateway: gatewayKey)
        if let gateway { _ = try #require(try connect(agent, gateway)) }
        gateway = nil
        try eventually {
            try agent.poll()
            return agent.seen.contains(.disconnected)
        }
        #expect(try agent.send([1]) == false)
        let next = try TestGateway(endpoint: endpoint, pair: pairAgain(secret))
        next.allow(agentKey)
        #expect(try connect(agent, next) != nil)
    }

    @Test("a connection that ends is told once, and the same key may come back on another")
    func departure() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        var agent: TestAgent? = try TestAgent(insecureTo: gateway.endpoint)
        var first: ConnectionID?
        if let agent { first = try connect(agent, gateway) }
        agent = nil
        var departed: [ConnectionID] = []
        try eventually {
            try gateway.poll()
            while let connection = gateway.socket.nextDisconnected() { departed.append(connection) }
            return !departed.isEmpty
        }
        #expect(departed == [try #require(first)])
        let second = try TestAgent(insecureTo: gateway.endpoint)
        let again = try #require(try connect(second, gateway))
        #expect(again != first)
        #expect(gateway.socket.nextDisconnected() == nil)
    }

    @Test("a revoked key is not heard any more, not even on a standing connection")
    func revocation() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        let key = pair.publicKey
        gateway.allow(key)
        let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: gateway.publicKey)
        _ = try #require(try connect(agent, gateway))
        gateway.socket.revoke(key.agentKey)
        try eventually {
            try agent.poll()
            _ = try agent.send([4])
            let message = try gateway.receive()
            #expect(message == nil)
            return gateway.socket.counters.droppedUnknownKey > 0
        }
    }

    @Test("a socket can be closed after its arena is gone, with a message still held")
    func closedLate() throws {
        var gateway: GatewaySocket? = nil
        do {
            var arena = try testArena()
            gateway = try GatewaySocket(
                endpoint: FixedText("tcp://127.0.0.1:*" as String), security: .insecure, limits: quickLimits,
                allowedMaximum: 4, arena: &arena)
            let endpoint = gateway?.endpoint.string ?? ""
            let peer = RawDealer(endpoint: endpoint)
            peer.send([[UInt8](repeating: 1, count: 5_000)])
            try eventually {
                try gateway?.wait(milliseconds: 5)
                return try gateway?.receive() != nil
            }
        }
        gateway = nil
        let isClosed = gateway == nil
        #expect(isClosed)
    }

    @Test("a wait ends when another thread wakes it")
    func wakeUp() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        let handle = gateway.socket.wakeHandle
        Thread.detachNewThread { handle.wake() }
        // Ten minutes: the test ends only because of the wake-up.
        try gateway.socket.wait(milliseconds: 600_000)
        let agent = try TestAgent(insecureTo: gateway.endpoint)
        agent.socket.wakeHandle.wake()
        try agent.socket.wait(milliseconds: 600_000)
    }
}

/// The key pair with this secret.
private func pairAgain(_ secret: FixedText) throws -> KeyPair {
    guard let key = AgentKey(z85: secret), let pair = KeyPair.completing(secret: key) else {
        throw KeyFileError.noEncryption
    }
    return pair
}
