import Bounded
import Testing

@testable import ZMQTransport

@Suite("Endpoints")
struct EndpointTests {
    @Test(
        "only addresses that other machines cannot reach count as loopback",
        arguments: [
            ("tcp://127.0.0.1:5870", true), ("tcp://127.255.3.4:*", true), ("tcp://localhost:5870", true),
            ("tcp://[::1]:5870", true), ("tcp://*:5870", false), ("tcp://0.0.0.0:5870", false),
            ("tcp://127.0.0.1.example:5870", false), ("tcp://127.0.0:5870", false), ("tcp://1270.0.0.1:5870", false),
            ("tcp://[::]:5870", false), ("tcp://lo:5870", false), ("tcp://localhost.example:5870", false),
            ("tcp://gateway:5870", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(Endpoint(FixedText(text))?.isLoopback == isLoopback)
    }

    @Test(
        "what is not tcp://host:port is refused",
        arguments: [
            "", "tcp://", "127.0.0.1:5870", "ipc://gateway", "inproc://gateway", "tcp://gateway", "tcp://:5870",
            "tcp://gateway:0", "tcp://gateway:65536", "tcp://gateway:58a", "tcp://gateway:", "tcp://[::1:5870",
            "tcp://127.0.0.1;10.0.0.1:5870", "tcp://a b:5870", "tcp://[]:5870", "udp://127.0.0.1:5870",
            "tcp://" + String(repeating: "a", count: 300) + ":1",
        ])
    func malformed(text: String) {
        #expect(Endpoint(FixedText(text)) == nil)
    }

    @Test("the resolver's answer tells an unknown name from a known one")
    func lookUp() throws {
        #expect(Endpoint(FixedText("tcp://localhost:5870" as String))?.hostIsKnown() == true)
        #expect(Endpoint(FixedText("tcp://127.0.0.1:5870" as String))?.hostIsKnown() == true)
        #expect(Endpoint(FixedText("tcp://no-such-host.invalid:5870" as String))?.hostIsKnown() == false)
    }

    @Test("an agent needs a host and a port of its own")
    func agentEndpoints() throws {
        for text in ["tcp://*:5870", "tcp://127.0.0.1:*"] {
            var arena = try testArena()
            #expect(throws: TransportError.self) {
                _ = try AgentSocket(
                    endpoint: FixedText(text), security: .insecure, limits: quickLimits, arena: &arena)
            }
        }
    }
}
