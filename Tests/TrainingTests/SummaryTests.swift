import Foundation
import Testing

@testable import Training

@Suite("What a run leaves")
struct SummaryTests {
    static let summary = RunSummary(
        environment: "swimmer", rule: "afedpg", seed: 1,
        agents: [
            RunSummary.Agent(
                name: "agent-1", updatesApplied: 60, updatesRefused: 1, steps: 60_000, bytesUp: 10, bytesDown: 20,
                stalenessMean: 2.5)
        ],
        profile: "frugal", updatesApplied: 60, updatesSkipped: 20, updatesReused: 15, policyVersion: 60,
        returnMean: 345.25, returnStd: 2.5, steps: 60_000, seconds: 4.5, bytesUp: 1_200_000, bytesDown: 2_400_000,
        bytes: WireTraffic(up: ["update": 1_000_000, "skip": 200_000], down: ["policy": 2_400_000]), exit: .budget)

    @Test("summary.json has exactly the promised keys")
    func keys() throws {
        let url = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: url) }
        try Self.summary.write(to: url)
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
        #expect(
            Set(object?.keys.map { $0 } ?? []) == [
                "environment", "rule", "seed", "agents", "updates_applied", "policy_version", "return_mean",
                "return_std", "steps", "seconds", "bytes_up", "bytes_down", "exit", "profile", "updates_sent",
                "updates_skipped", "updates_reused", "bytes", "simulated", "virtual_seconds",
            ])
        #expect(object?["updates_sent"] as? Int == 45)
        #expect((object?["bytes"] as? [String: [String: Int]])?["up"]?["skip"] == 200_000)
        let agents = object?["agents"] as? [[String: Any]]
        #expect(agents?.first?["updates_applied"] as? Int == 60)
        #expect(object?["exit"] as? String == "budget")
        #expect(try RunSummary(reading: url) == Self.summary)
        // What only some runs have comes back too.
        var validated = Self.summary
        validated.validator = Self.summary.agents.first
        validated.virtualSeconds = 12.5
        try validated.write(to: url)
        #expect(try RunSummary(reading: url) == validated)
    }

    @Test("without profile and skips the keys are there, and say so")
    func plain() throws {
        let summary = RunSummary(
            environment: "swimmer", rule: "afedpg", seed: 1, agents: [], profile: nil, updatesApplied: 60,
            updatesSkipped: 0, updatesReused: 0, policyVersion: 60, returnMean: 1, returnStd: 0, steps: 1, seconds: 1,
            bytesUp: 1, bytesDown: 1, bytes: nil, exit: .budget)
        let url = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: url) }
        try summary.write(to: url)
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
        #expect(object?["profile"] is NSNull)
        #expect(object?["updates_sent"] as? Int == 60)
        #expect(summary.skippedShare == 0)
        #expect(!summary.line(folder: "x").contains("skipped"))
    }

    @Test("a summary that is missing or damaged is told apart")
    func reading() throws {
        let url = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: url) }
        let missing = #expect(throws: TrainingError.self) { try RunSummary(reading: url) }
        #expect(missing?.code == .missingInput)
        try Data("{".utf8).write(to: url)
        let damaged = #expect(throws: TrainingError.self) { try RunSummary(reading: url) }
        #expect(damaged?.code == .data)
    }

    @Test("the last line says it all on one line")
    func line() {
        #expect(
            Self.summary.line(folder: "runs/latest")
                == "swimmer: return 345.2 ± 2.5 at version 60, 1 agents, 60 updates, 31 % skipped, 60000 steps, 4.5 s, "
                + "up 1.2 MB, down 2.4 MB, exit budget, runs/latest")
    }

    @Test("a line of returns.csv has as many fields as the heading, an unknown return is empty")
    func table() throws {
        let columns = ReturnsTable.heading.split(separator: ",").count
        for mean in [1.5, nil] {
            let line = ReturnsTable.line(ProgressTests.update(3, mean: mean), recentReturn: mean)
            #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns)
        }
        #expect(ReturnsTable.line(ProgressTests.update(3, mean: nil), recentReturn: 2).hasPrefix("3,agent-1,0,1,,2.0,"))
    }

    @Test("gnuplot draws the table as PNG and SVG", .enabled(if: Executable.onPath("gnuplot") != nil))
    func plot() throws {
        let url = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: url) }
        let folder = try RunFolder.create(in: url, environment: "swimmer", name: "its", seed: 1)
        let table = try ReturnsTable(url: folder.returns)
        for version in 1...50 as ClosedRange<UInt64> {
            let mean = version % 7 == 0 ? nil : Double(version) * 3
            try table.append(ProgressTests.update(version, mean: mean), recentReturn: Double(version) * 2.5)
        }
        let plot = ReturnsPlot(folder: folder, title: "it's a 'test'", finalReturn: (mean: 150, deviation: 3))
        #expect(plot.draw() == nil)
        for name in ["returns.png", "returns.svg"] {
            let size = try FileManager.default.attributesOfItem(atPath: folder.url.appending(path: name).path)[.size]
            #expect((size as? Int ?? 0) > 5_000, "\(name)")
        }
    }
}
