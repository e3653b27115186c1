import Foundation
import Testing

@testable import Training

/// What the section `[uplink]` of gateway.conf does to real processes.
@Suite("The uplink between real processes", .serialized, .timeLimit(.minutes(3)))
struct UplinkTests {
    @Test("codec = dense-float16 in gateway.conf alone halves what the agents send, and they still train")
    func float16() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let outcome = try Programs.run(
            Programs.lapwing,
            TrainTests.arguments(
                runs, installation, updates: 30, more: ["--set", "gateway.uplink.codec=dense-float16"]))
        try #require(outcome.status == 0, "\(outcome.errors)")
        let latest = RunFolder(url: runs.appending(path: "latest").resolvingSymlinksInPath())
        let summary = try RunSummary(reading: latest.summary)
        #expect(summary.updatesApplied >= 30)
        #expect(summary.agents.allSatisfy { $0.updatesApplied > 0 }, "both agents took part")
        // 4,610 parameters of a network 4-64-64-2; resends come on top, what is no gradient is small.
        let bytesAnUpdate = Double(summary.bytesUp) / Double(summary.updatesApplied)
        #expect(bytesAnUpdate > 2 * 4_610)
        #expect(bytesAnUpdate < 3 * 4_610)
    }
}
