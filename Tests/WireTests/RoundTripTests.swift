import Bounded
import Testing
import Wire

@Suite("Round trips")
struct RoundTripTests {
    @Test("2,000 random messages of an agent come back as they went, and encode to the same bytes again")
    func agentMessages() throws {
        var random = RandomMessages(seed: propertySeed("agent round trips"))
        var bench = try Workbench()
        for _ in 0..<2_000 {
            let message = try random.agentMessage()
            let bytes = try bench.bytes(of: message)
            #expect(try bench.agentFields(bytes) == fields(of: message))
            let decoded = try bytes.withUnsafeBytes { try bench.decoder.decodeAgentMessage($0) }
            #expect(try bench.bytes(of: decoded) == bytes)
        }
    }

    @Test("2,000 random messages of a gateway come back as they went, and encode to the same bytes again")
    func gatewayMessages() throws {
        var random = RandomMessages(seed: propertySeed("gateway round trips"))
        var bench = try Workbench()
        for _ in 0..<2_000 {
            let message = try random.gatewayMessage()
            let bytes = try bench.bytes(of: message)
            #expect(try bench.gatewayFields(bytes) == fields(of: message))
            let decoded = try bytes.withUnsafeBytes { try bench.decoder.decodeGatewayMessage($0) }
            #expect(try bench.bytes(of: decoded) == bytes)
        }
    }

    @Test("what was decoded does not depend on the frame that it came from")
    func ownsItsBytes() throws {
        var bench = try Workbench()
        let samples = Samples()
        var frame = try bench.bytes(of: samples.agentMessage("update"))
        let message = try frame.withUnsafeBytes { try bench.decoder.decodeAgentMessage($0) }
        for index in frame.indices { frame[index] = 0xee }
        #expect(try fields(of: message) == fields(of: samples.agentMessage("update")))
    }
}
