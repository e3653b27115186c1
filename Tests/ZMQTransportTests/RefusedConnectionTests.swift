import Bounded
import Testing

@testable import ZMQTransport

@Suite("A connection that cannot be made")
struct RefusedConnectionTests {
    @Test("an agent that does not encrypt is refused by a gateway that does, and told why")
    func mechanismMismatch() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let agent = try TestAgent(insecureTo: gateway.endpoint)
        try eventually {
            try gateway.poll()
            try agent.poll()
            return agent.socket.lastFailure != nil
        }
        // Who closes first is a race between the two sides.
        #expect([.mechanismMismatch, .closedByPeer].contains(agent.socket.lastFailure))
        #expect(try agent.send([1]) == false)
    }

    @Test("where nothing listens, TCP is the step that fails, attempt after attempt")
    func nothingListens() throws {
        let listener = RawListener()
        let endpoint = "tcp://127.0.0.1:\(listener.port)"
        listener.shut()
        let agent = try TestAgent(insecureTo: endpoint)
        try eventually {
            try agent.poll()
            return agent.seen.count { if case .retrying = $0 { true } else { false } } >= 3
        }
        #expect(agent.socket.lastFailure == nil)
        #expect(agent.socket.step == .tcp)
        #expect(!agent.seen.contains(.connected))
    }

    @Test("a peer that accepts and says nothing is a handshake that broke off, within its limit")
    func silentPeer() throws {
        let listener = RawListener()
        var limits = quickLimits
        limits.handshakeIntervalMilliseconds = 100
        let agent = try TestAgent(insecureTo: "tcp://127.0.0.1:\(listener.port)", limits: limits)
        let connection = listener.accept()
        try eventually {
            try agent.poll()
            return agent.socket.lastFailure != nil
        }
        if case .broken = agent.socket.lastFailure {} else { Issue.record("\(agent.seen)") }
        _ = connection
        listener.shut()
    }

    @Test("a peer that is no ZeroMQ is a failed handshake, and is tried again for ever")
    func foreignPeer() throws {
        let listener = RawListener()
        let agent = try TestAgent(insecureTo: "tcp://127.0.0.1:\(listener.port)")
        var connections: [RawConnection] = []
        for _ in 0..<3 {
            guard let connection = listener.accept() else { break }
            connection.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            connections.append(connection)
            let failures = agent.socket.counters.handshakesFailed
            try eventually {
                try agent.poll()
                return agent.socket.counters.handshakesFailed > failures
            }
            // The next attempt is libzmq's, or ours when it has given up.
            try eventually {
                try agent.poll()
                return agent.seen.last == .connected || agent.seen.last == .connecting
            }
        }
        listener.shut()
    }

    @Test("a byte changed on the way costs the connection, not the agent")
    func flippedByte() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        gateway.allow(pair.publicKey)
        let proxy = FlippingProxy(to: port(of: gateway.endpoint))
        let agent = try TestAgent(endpoint: proxy.endpoint, pair: pair, gateway: gateway.publicKey)
        let connection = try #require(try connect(agent, gateway))
        proxy.flipOnce()
        #expect(try gateway.send([UInt8](repeating: 9, count: 500), to: connection) == .sent)
        try eventually {
            try gateway.poll()
            try agent.poll()
            return agent.socket.counters.handshakesSucceeded >= 2
        }
        let again = try #require(try connect(agent, gateway))
        #expect(again != connection)
        // Not libzmq: it gives a connection up after a protocol error.
        #expect(agent.socket.counters.redialled >= 1)
        proxy.stop()
    }

    @Test("insecure mode is refused off loopback, for agents and gateways")
    func insecureOffLoopback() throws {
        var arena = try testArena()
        for endpoint in ["tcp://192.168.1.4:5870", "tcp://gateway.example:5870", "tcp://127.0.0.1.example:5870"] {
            #expect(throws: TransportError.self) {
                _ = try AgentSocket(
                    endpoint: FixedText(endpoint), security: .insecure, limits: quickLimits, arena: &arena)
            }
        }
        for endpoint in ["tcp://*:*", "tcp://0.0.0.0:5870", "tcp://[::]:5870", "tcp://lo:5870"] {
            var text = ""
            do throws(TransportError) {
                _ = try GatewaySocket(
                    endpoint: FixedText(endpoint), security: .insecure, limits: quickLimits, allowedMaximum: 1,
                    arena: &arena)
            } catch {
                text = error.description
                #expect(error.exitCode == .configuration)
            }
            #expect(
                text == "insecure mode is refused for \(endpoint), which other machines can reach; "
                    + "use keys, or a loopback address such as 127.0.0.1")
        }
    }

    @Test("an address in use is an error with its remedy")
    func addressInUse() throws {
        let first = try TestGateway(pair: KeyPair.generate())
        var text = ""
        var arena = try testArena()
        do throws(TransportError) {
            _ = try GatewaySocket(
                endpoint: FixedText(first.endpoint), security: .curve(own: KeyPair.generate()), limits: quickLimits,
                allowedMaximum: 1, arena: &arena)
        } catch {
            text = error.description
            #expect(error.exitCode == .temporary)
        }
        #expect(text == "\(first.endpoint) is in use; stop the other program or choose another port")
    }
}
