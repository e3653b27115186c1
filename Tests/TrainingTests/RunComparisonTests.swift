import Foundation
import Testing

@testable import Training

@Suite("Comparing runs")
struct RunComparisonTests {
    /// A run folder with what a comparison reads.
    static func run(
        _ root: URL, name: String, seed: UInt64, discount: String = "0.99", mean: Double, returns: [Double]? = nil
    ) throws -> URL {
        let folder = RunFolder(url: root.appending(path: "cartpole__\(name)__\(seed)__20261122T00000\(seed)Z"))
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        try SweepReportTests.summary(seed, mean: mean, up: 1000 * seed).write(to: folder.summary)
        let effective = "# hash \(seed)\n# gateway.conf\n[federation]\nseed = \(seed)\nendpoint = tcp://*:\(seed)\n"
            + "[learning]\ndiscount = \(discount)\n[keys]\nkey_file = \(folder.url.path)/keys/gateway.key\n"
        try effective.write(to: folder.effectiveConfiguration, atomically: true, encoding: .utf8)
        if let returns {
            try LearningCurveTests.text(returns).write(to: folder.curve, atomically: true, encoding: .utf8)
        } else {
            let updates = "\n1,agent-1,0,1,5,5,1000,10,20,0.5\n2,agent-1,0,1,7,6,2000,20,40,1.0\n"
            try (ReturnsTable.heading + updates).write(to: folder.returns, atomically: true, encoding: .utf8)
        }
        return folder.url
    }

    @Test("runs that differ only in the seed are one row, and others are not")
    func grouping() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let runs = [
            try Self.run(root, name: "a", seed: 1, mean: 10, returns: [0, 50, 100]),
            try Self.run(root, name: "a", seed: 2, mean: 30, returns: [0, 100, 110]),
            try Self.run(root, name: "a", seed: 3, mean: 20, returns: [0, 10, 20]),
            try Self.run(root, name: "a", seed: 4, discount: "0.9", mean: 5, returns: [0, 1, 2]),
            try Self.run(root, name: "b", seed: 5, mean: 7, returns: [0, 3, 4]),
        ]
        let report = try RunComparison(runs, measure: .stepsPerAgent).report(levels: [100])
        #expect(report.rows.map(\.seeds) == [[1, 2, 3], [4], [5]])
        #expect(report.rows[0].label == "cartpole: a, afedpg, 0 agents, configuration 1")
        #expect(report.rows[1].label == "cartpole: a, afedpg, 0 agents, configuration 2")
        #expect(report.rows[2].label == "cartpole: b, afedpg, 0 agents")
        #expect(report.rows[0].returns == SampleStatistics(median: 20, low: 10, high: 30))
        #expect(report.rows[0].bestReturn?.median == 100)
        #expect(report.rows[0].bytesUp?.median == 2000)
        #expect(report.rows[0].crossings.first?.place?.median == 2000, "2000, 1000, never")
        #expect(report.rows[0].crossings.first?.reached == 2)
        let lines = report.text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(Set(lines.map(\.count)).count == 1)
        #expect(report.text.contains("20.0 [10.0, 30.0]"))
        #expect(report.text.contains("2k (2 of 3)"))
        let json = Report.line(command: "runs compare", result: report)
        #expect(json.contains("\"best_return\":{\"high\":110,\"low\":20,\"median\":100}"))
    }

    @Test("a run that was interrupted has a row of its own, and one that failed is refused")
    func unfinished() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let runs = try (1...3).map { try Self.run(root, name: "a", seed: $0, mean: 10, returns: [0, 50, 100]) }
        func end(_ run: URL, _ exit: RunSummary.Exit) throws {
            var summary = try RunSummary(reading: RunFolder(url: run).summary)
            summary.exit = exit
            try summary.write(to: RunFolder(url: run).summary)
        }
        try end(runs[1], .interrupted)
        let report = try RunComparison(runs, measure: .stepsPerAgent).report(levels: [])
        #expect(report.rows.map(\.seeds) == [[1, 3], [2]])
        #expect(report.rows[1].label == "cartpole: a, afedpg, 0 agents, interrupted")
        try end(runs[1], .failed)
        #expect {
            try RunComparison(runs, measure: .stepsPerAgent)
        } throws: { error in "\(error)".contains("the run failed, and cannot be compared; leave it out") }
    }

    @Test("a run that is no run, is named twice, or lacks the measure is refused with its name")
    func refusals() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let run = try Self.run(root, name: "a", seed: 1, mean: 10)
        #expect(throws: TrainingError.self) { try RunComparison([run, run], measure: .steps) }
        #expect(throws: TrainingError.self) { try RunComparison([root], measure: .steps) }
        let error = #expect(throws: TrainingError.self) { try RunComparison([run], measure: .virtualSeconds) }
        #expect(error?.message.contains("virtual_seconds") == true)
    }

    @Test(
        "curves of runs of processes and of simulated runs are drawn",
        .enabled(if: Executable.onPath("gnuplot") != nil))
    func plot() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let runs = [
            try Self.run(root, name: "a", seed: 1, mean: 10),
            try Self.run(root, name: "b", seed: 2, mean: 30, returns: [0, 100, 110]),
        ]
        for name in ["runs.svg", "runs.png"] {
            let output = root.appending(path: name)
            try RunComparison(runs, measure: .bytesUp).draw(output)
            let size = try FileManager.default.attributesOfItem(atPath: output.path)[.size]
            #expect((size as? Int ?? 0) > 3_000, "\(name)")
        }
    }
}
