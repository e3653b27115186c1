import Foundation
import TestNetwork
import Testing

@testable import Training

/// Compressed updates between real programs.
@Suite("Compression between real processes", .serialized, .timeLimit(.minutes(4)))
struct CompressionTests {
    @Test("what the gateway says of its bytes is what TCP carried, within two in a hundred")
    func wireBytes() throws {
        let federation = try Federation(agents: 2, updates: 60, changes: ["gateway.policy.hidden=64 64"])
        let gateway = try federation.startGateway()
        let proxy = TCPProxy(to: federation.endpoint)
        defer { proxy.stop() }
        for number in 1...2 {
            _ = try federation.startAgent(number, changes: ["gateway.endpoint=\(proxy.endpoint)"])
        }
        let outcome = try gateway.outcome(seconds: 60)
        #expect(outcome.status == 0, "\(outcome.errors)")
        var progress = RunProgress()
        for event in federation.events(of: gateway) {
            if case .stopped(_, let totals) = event { progress.record(totals) }
        }
        let (told, carried) = (progress, proxy.count)
        #expect(carried.up > 60 * 19_000)
        #expect(abs(Double(told.bytesUp) / Double(carried.up) - 1) < 0.02, "\(told.bytesUp) of \(carried.up) up")
        #expect(
            abs(Double(told.bytesDown) / Double(carried.down) - 1) < 0.02, "\(told.bytesDown) of \(carried.down) down")
        let traffic = try #require(told.traffic)
        #expect(traffic.totalUp == told.bytesUp && traffic.totalDown == told.bytesDown, "the kinds add up")
        #expect(traffic.up["update", default: 0] > 60 * 19_000)
        #expect(traffic.up["hello", default: 0] > 0 && traffic.down["policy", default: 0] > 0)
    }

    @Test("a run with the frugal profile learns, sends a tenth of the bytes, and keeps its profile")
    func frugal() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let profiles = Programs.root.appending(path: "edge-config/profiles")
        func train(_ profile: String) throws -> RunSummary {
            let outcome = try Programs.run(
                Programs.lapwing,
                [
                    "train", "--environment", "cartpole", "--agents", "2", "--profile", profile, "--profiles",
                    profiles.path, "--name", profile, "--runs", runs.path, "--bin-dir", installation.path,
                ], seconds: 120)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try RunSummary(reading: RunFolder(url: runs.appending(path: "latest")).summary)
        }
        let dense = try train("lossless")
        let frugal = try train("frugal")
        #expect(frugal.profile == "frugal")
        #expect((frugal.returnMean ?? 0) > 60, "a policy that has learnt nothing stays near 20")
        #expect(frugal.bytesUp * 10 < dense.bytesUp, "\(frugal.bytesUp) of \(dense.bytesUp)")
        #expect(frugal.bytesDown < dense.bytesDown)
        let folder = RunFolder(url: runs.appending(path: "latest").resolvingSymlinksInPath())
        #expect(
            try Data(contentsOf: folder.profile) == Data(contentsOf: profiles.appending(path: "frugal.conf")))
        #expect(try String(contentsOf: folder.effectiveConfiguration, encoding: .utf8).contains("top-k"))
    }
}
