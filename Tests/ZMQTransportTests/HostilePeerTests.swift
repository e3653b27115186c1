import Bounded
import CZeroMQ
import Foundation
import Testing

@testable import ZMQTransport

@Suite("A hostile or broken peer")
struct HostilePeerTests {
    @Test("a message of several frames is dropped and counted, and the next one is read")
    func multipart() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        let peer = RawDealer(endpoint: gateway.endpoint)
        peer.send([[1], [2], [3]])
        peer.send([[7, 7]])
        var received: [UInt8]?
        try eventually {
            received = try gateway.receive()?.2
            return received != nil
        }
        #expect(received == [7, 7])
        #expect(gateway.socket.counters.droppedMultipart == 1)
    }

    @Test("a frame above the limit costs its sender the connection, and is never held")
    func oversize() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        let peer = RawDealer(endpoint: gateway.endpoint)
        peer.send([[UInt8](repeating: 1, count: quickLimits.largestMessageBytes + 1)])
        try eventually {
            let message = try gateway.receive()
            #expect(message == nil)
            return gateway.socket.counters.disconnected >= 1
        }
        #expect(gateway.socket.counters.framesReceived == 0)
    }

    @Test("a frame above the receiver's buffer is dropped and counted")
    func oversizeForBuffer() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        let agent = try TestAgent(insecureTo: gateway.endpoint)
        let connection = try #require(try connect(agent, gateway))
        #expect(try gateway.send([UInt8](repeating: 1, count: 200), to: connection) == .sent)
        #expect(try gateway.send([2], to: connection) == .sent)
        try eventually {
            try agent.poll()
            return try agent.receive(capacity: 100) == [2]
        }
        #expect(agent.socket.counters.droppedOversize == 1)
    }

    @Test("a peer that chooses its own routing id is not heard")
    func foreignRouting() throws {
        let gateway = try TestGateway(insecureAt: "tcp://127.0.0.1:*")
        let peer = RawDealer(endpoint: gateway.endpoint, routingID: Array("admin".utf8))
        peer.send([[1]])
        try eventually {
            let message = try gateway.receive()
            #expect(message == nil)
            return gateway.socket.counters.droppedForeignRouting == 1
        }
    }

    @Test("garbage and silence on raw connections do not stop the loop")
    func rawConnections() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        gateway.allow(pair.publicKey)
        let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: gateway.publicKey)
        var generator = RandomGenerator(seed: 11)
        var idle: [RawConnection] = []
        for index in 0..<50 {
            let connection = RawConnection(port: port(of: gateway.endpoint))
            if index % 2 == 0 {
                // Half of them begin as ZeroMQ does.
                var bytes: [UInt8] = index % 4 == 0 ? [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0] : []
                bytes += (0..<300).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                connection.write(bytes)
            }
            idle.append(connection)
        }
        #expect(try connect(agent, gateway) != nil)
        try eventually {
            try gateway.poll()
            return gateway.socket.counters.handshakesFailed > 0
        }
        idle.removeAll()
        #expect(try connect(agent, gateway) != nil)
    }

    @Test("every limit is set on both kinds of socket")
    func options() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: gateway.publicKey)
        func value(_ socket: Socket, _ option: Int32) -> Int {
            var bytes: Int64 = 0
            var size = option == ZMQ_MAXMSGSIZE ? 8 : 4
            #expect(zmq_getsockopt(socket.pointer, option, &bytes, &size) == 0)
            return size == 8 ? Int(bytes) : Int(Int32(truncatingIfNeeded: bytes))
        }
        for socket in [gateway.socket.socket, agent.socket.socket] {
            #expect(value(socket, ZMQ_MAXMSGSIZE) == quickLimits.largestMessageBytes)
            #expect(value(socket, ZMQ_SNDHWM) == 2)
            #expect(value(socket, ZMQ_RCVHWM) == 2)
            #expect(value(socket, ZMQ_HEARTBEAT_IVL) == 200)
            #expect(value(socket, ZMQ_HEARTBEAT_TIMEOUT) == 1_000)
            #expect(value(socket, ZMQ_HEARTBEAT_TTL) == 1_000)
            #expect(value(socket, ZMQ_HANDSHAKE_IVL) == 1_000)
            #expect(value(socket, ZMQ_LINGER) == 200)
            #expect(value(socket, ZMQ_TCP_KEEPALIVE) == 1)
            #expect(value(socket, ZMQ_MECHANISM) == Int(ZMQ_CURVE))
        }
        #expect(value(agent.socket.socket, ZMQ_RECONNECT_IVL) == 20)
        #expect(value(agent.socket.socket, ZMQ_RECONNECT_IVL_MAX) == 200)
        #expect(value(agent.socket.socket, ZMQ_CONNECT_TIMEOUT) == 1_000)
        #expect(value(agent.socket.socket, ZMQ_IMMEDIATE) == 1)
        #expect(value(gateway.socket.socket, ZMQ_BACKLOG) == 128)
        #expect(value(gateway.socket.socket, Int32(ZMQ_ZAP_ENFORCE_DOMAIN)) == 1)
    }
}
