import Foundation
import Testing

@testable import Training

/// With one agent nothing depends on who comes first, so a real run and a simulated one are the same run.
@Suite("Simulation against real processes", .serialized, .timeLimit(.minutes(3)))
struct SimulationParityTests {
    @Test("one agent's run is the same, in its policy and in its bytes", arguments: ["lossless", "frugal"])
    func oneAgent(profile: String) throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        func run(_ command: String) throws -> RunSummary {
            let profiles = Programs.root.appending(path: "edge-config/profiles")
            let outcome = try Programs.run(
                Programs.lapwing,
                [
                    command, "--environment", "swimmer", "--agents", "1", "--updates", "12", "--seed", "3",
                    "--profile", profile, "--profiles", profiles.path, "--runs", runs.path, "--bin-dir",
                    installation.path,
                ], seconds: 120)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try RunSummary(reading: RunFolder(url: runs.appending(path: "latest")).summary)
        }
        let real = try run("train")
        let simulated = try run("simulate")
        #expect(real.policyVersion == 12 && simulated.policyVersion == 12)
        #expect(real.returnMean == simulated.returnMean, "the policy is the same to the last bit")
        let (told, modelled) = (try #require(real.bytes), try #require(simulated.bytes))
        for kind in ["hello", "handshake"] { #expect(told.up[kind] == modelled.up[kind], "\(kind)") }
        for kind in ["welcome", "handshake"] { #expect(told.down[kind] == modelled.down[kind], "\(kind)") }
        // When the budget is spent, one more update may be on its way up, and the last policy may not go down any more.
        let updates = try #require(modelled.up["update"])
        #expect((updates...updates + updates / 12 + 64).contains(told.up["update", default: 0]), "\(told.up)")
        let policies = try #require(modelled.down["policy"])
        #expect((policies - policies / 12 - 64...policies).contains(told.down["policy", default: 0]), "\(told.down)")
    }
}
