import Bounded
import TestNetwork
import Testing

@testable import ZMQTransport

@Suite("What frames cost on the wire")
struct FrameCostTests {
    @Test("a frame costs two bytes more up to 255, nine above; CURVE adds 33 before that")
    func formula() {
        let clear = FrameCost(isEncrypted: false)
        #expect(clear.bytes(0) == 2)
        #expect(clear.bytes(255) == 257)
        #expect(clear.bytes(256) == 265)
        let encrypted = FrameCost(isEncrypted: true)
        #expect(encrypted.bytes(0) == 35)
        #expect(encrypted.bytes(222) == 257)
        #expect(encrypted.bytes(223) == 265)
    }

    /// Limits whose heartbeats come too seldom to be seen.
    static var quietLimits: SocketLimits {
        var limits = quickLimits
        limits.heartbeatIntervalMilliseconds = 600_000
        limits.heartbeatTimeoutMilliseconds = 600_000
        limits.handshakeIntervalMilliseconds = 10_000
        return limits
    }

    static let sizes = [1, 33, 34, 222, 223, 255, 256, 257, 4_000, 60_000]

    @Test("what both sockets count is what a TCP stream between them carries, byte for byte", arguments: [true, false])
    func stream(isEncrypted: Bool) throws {
        let pair = try KeyPair.generate()
        let agentKey = pair.publicKey
        let gateway =
            isEncrypted
            ? try TestGateway(pair: KeyPair.generate(), limits: Self.quietLimits)
            : try TestGateway(insecureAt: "tcp://127.0.0.1:*", limits: Self.quietLimits)
        if isEncrypted { gateway.allow(agentKey) }
        let proxy = TCPProxy(to: gateway.endpoint)
        defer { proxy.stop() }
        let agent =
            isEncrypted
            ? try TestAgent(endpoint: proxy.endpoint, pair: pair, gateway: gateway.publicKey, limits: Self.quietLimits)
            : try TestAgent(insecureTo: proxy.endpoint, limits: Self.quietLimits)
        let connection = try #require(try connect(agent, gateway))
        for size in Self.sizes {
            let frame = [UInt8](repeating: 7, count: size)
            try eventually {
                try agent.poll()
                return try agent.send(frame)
            }
            try eventually { try gateway.receive()?.2 == frame }
            #expect(try gateway.send(frame, to: connection) == .sent)
            try eventually {
                try agent.poll()
                return try agent.receive() == frame
            }
        }
        let (atAgent, atGateway) = (agent.socket.counters, gateway.socket.counters)
        #expect(atAgent.handshakesSucceeded == 1)
        #expect(atAgent.wireBytesSent == UInt64(proxy.count.up))
        #expect(atAgent.wireBytesReceived == UInt64(proxy.count.down))
        #expect(atGateway.wireBytesReceived == UInt64(proxy.count.up))
        #expect(atGateway.wireBytesSent == UInt64(proxy.count.down))
        let frames = (Self.sizes + [2]).map { FrameCost(isEncrypted: isEncrypted).bytes($0) }.reduce(0, +)
        #expect(atAgent.wireBytesSent == UInt64(frames + FrameCost(isEncrypted: isEncrypted).handshakeFromAgent))
    }

    @Test("a frame that was refused costs nothing")
    func refused() throws {
        let listener = RawListener()
        let agent = try TestAgent(insecureTo: "tcp://127.0.0.1:\(listener.port)")
        #expect(try agent.send([1, 2, 3]) == false)
        #expect(agent.socket.counters.wireBytesSent == 0)
        listener.shut()
    }

    @Test("a connection that the proxy cuts comes back, and its bytes are counted on")
    func cut() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*", limits: quickLimits)
        let proxy = TCPProxy(to: gateway.endpoint)
        defer { proxy.stop() }
        let agent = try TestAgent(insecureTo: proxy.endpoint)
        _ = try #require(try connect(agent, gateway))
        proxy.cut()
        try eventually {
            try agent.poll()
            return agent.seen.contains(.disconnected)
        }
        agent.seen = []
        _ = try #require(try connect(agent, gateway))
        #expect(proxy.accepted >= 2)
        #expect(agent.socket.counters.handshakesSucceeded == 2)
    }
}
