import Bounded
import Foundation
import Testing

@testable import ZMQTransport

@Suite("The CURVE handshake")
struct HandshakeTests {
    @Test("lets an allowed agent in, and each of its messages names its key")
    func allowed() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        let key = pair.publicKey
        gateway.allow(key)
        let gatewayKey = gateway.publicKey
        let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: gatewayKey)
        var hasSent = false
        var received: (ConnectionID, AgentKey?, [UInt8])?
        try eventually {
            try agent.poll()
            if !hasSent { hasSent = try agent.send([1, 2, 3]) }
            received = try gateway.receive()
            return received != nil
        }
        #expect(received?.1 == key.agentKey)
        #expect(received?.2 == [1, 2, 3])
        #expect(agent.seen.contains(.handshakeSucceeded))
        #expect(agent.socket.step == .ready)
        let connection = try #require(received?.0)
        let result = try gateway.send([UInt8](repeating: 7, count: 5_000), to: connection)
        #expect(result == .sent)
        var answer: [UInt8]?
        try eventually {
            try gateway.socket.wait(milliseconds: 1)
            try agent.poll()
            answer = try agent.receive()
            return answer != nil
        }
        #expect(answer == [UInt8](repeating: 7, count: 5_000))
    }

    @Test("a wrong gateway key is reported as a failed handshake, not as silence")
    func wrongGatewayKey() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        gateway.allow(pair.publicKey)
        let other = try KeyPair.generate().publicKey
        let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: other)
        try eventually {
            try gateway.socket.wait(milliseconds: 1)
            try agent.poll()
            return agent.socket.lastFailure != nil && gateway.socket.counters.handshakesFailed > 0
        }
        #expect(!agent.seen.contains(.handshakeSucceeded))
        #expect(agent.socket.lastFailure == .closedByPeer || agent.socket.lastFailure == .keysDoNotFit)
    }

    @Test("a key that is not on the list is refused, counted and named, and let in once it is on it")
    func unknownKey() throws {
        let gateway = try TestGateway(pair: KeyPair.generate())
        let pair = try KeyPair.generate()
        let key = pair.publicKey
        let gatewayKey = gateway.publicKey
        let agent = try TestAgent(endpoint: gateway.endpoint, pair: pair, gateway: gatewayKey)
        try eventually {
            try gateway.socket.wait(milliseconds: 1)
            try agent.poll()
            return agent.socket.lastFailure != nil
        }
        #expect(agent.socket.lastFailure == .keyRefused(status: 400))
        #expect(gateway.socket.counters.keysRefused > 0)
        #expect(gateway.socket.lastRefused?.key == key.agentKey)
        #expect(gateway.socket.lastRefused?.address.string == "127.0.0.1")
        gateway.allow(key)
        try eventually {
            try gateway.socket.wait(milliseconds: 1)
            try agent.poll()
            return agent.socket.step == .ready
        }
        #expect(agent.socket.lastFailure == nil)
    }
}
