import Bounded
import Testing
import Wire

/// The files in `proto/golden` were serialised by another implementation of protobuf: they hold the wire still.
@Suite("Golden bytes")
struct GoldenBytesTests {
    @Test("an agent's message encodes to the bytes that another implementation makes", arguments: Samples.agentNames)
    func agentEncoding(name: String) throws {
        var bench = try Workbench()
        let samples = Samples()
        #expect(try bench.bytes(of: samples.agentMessage(name)) == goldenBytes(name))
    }

    @Test("an agent's message is read from the bytes that another implementation makes", arguments: Samples.agentNames)
    func agentDecoding(name: String) throws {
        var bench = try Workbench()
        let samples = Samples()
        #expect(try bench.agentFields(goldenBytes(name)) == fields(of: samples.agentMessage(name)))
    }

    @Test("a gateway's message encodes to the bytes that another implementation makes", arguments: Samples.gatewayNames)
    func gatewayEncoding(name: String) throws {
        var bench = try Workbench()
        let samples = Samples()
        #expect(try bench.bytes(of: samples.gatewayMessage(name)) == goldenBytes(name))
    }

    @Test("a gateway's message is read from the bytes that another implementation makes", arguments: Samples.gatewayNames)
    func gatewayDecoding(name: String) throws {
        var bench = try Workbench()
        let samples = Samples()
        #expect(try bench.gatewayFields(goldenBytes(name)) == fields(of: samples.gatewayMessage(name)))
    }
}
