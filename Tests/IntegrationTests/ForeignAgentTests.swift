import Foundation
import Testing

@testable import Training

/// The protocol page and the .proto file are enough to write an agent: here is one in another language.
@Suite("An agent in Python", .serialized, .timeLimit(.minutes(2)))
struct ForeignAgentTests {
    @Test("goes from Hello to Policy and back with the real gateway, with code generated from lapwing.proto alone")
    func leastAgent() throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: Programs.python.path),
            "run scripts/setup-reference-python first (make test does)")
        let generated = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: generated) }
        let protoc = try #require(Executable.onPath("protoc"), "protobuf-compiler is not installed")
        let proto = Programs.root.appending(path: "proto")
        let compiled = try Programs.run(
            protoc, ["--proto_path=\(proto.path)", "--python_out=\(generated.path)", "lapwing.proto"])
        try #require(compiled.status == 0, "\(compiled.errors)")

        let federation = try Federation(agents: 1, updates: 100)
        let gateway = try federation.startGateway()
        let script = Programs.root.appending(path: "Tests/IntegrationTests/least_agent.py")
        let outcome = try Programs.run(
            Programs.python,
            [script.path, generated.path, federation.endpoint, "keys/gateway.pub", "keys/agent-1.key", "5"],
            in: federation.folder.url)
        try #require(outcome.status == 0, "\(outcome.errors)")
        struct Seen: Decodable {
            let versions: [UInt64]
            let outcomes: [String]
        }
        let seen = try JSONDecoder().decode(Seen.self, from: Data(outcome.output.utf8))
        #expect(seen.versions == [0, 1, 2, 3, 4, 5])
        #expect(
            seen.outcomes == ["OUTCOME_APPLIED", "OUTCOME_DUPLICATE"] + Array(repeating: "OUTCOME_APPLIED", count: 4))
        #expect(wait(seconds: 5) { federation.updates(of: gateway).count == 5 })
        #expect(federation.updates(of: gateway).map(\.delay) == [0, 0, 0, 0, 0])
    }
}
