import Foundation
import Testing

@testable import Training

@Suite("Reports of experiments")
struct ExperimentReportTests {
    static let text = """
        [experiment]
        title = How N helps
        seeds = 1-5
        levels = 60, 100, 200
        baseline = one

        [common]
        environment = swimmer

        [panel here]

        [panel there]
        steps-per-agent = 1

        [arm one]
        agents = 1

        [arm two, at once]
        agents = 2
        """

    /// One of five seeds of the slow arm never learns; the fast arm is four times sooner at 60.
    static func finished(_ root: URL) throws -> ExperimentPlan {
        let description = try ExperimentDescription(name: "trial", parsing: text, path: "trial.conf")
        let plan = ExperimentPlan(description, root: root)
        let slow: [[Double]] = [
            [0, 0, 0, 0, 60, 100, 150], [0, 0, 0, 0, 0, 70, 120], [0, 0, 0, 60, 60, 60, 110], [0, 0, 0, 0, 80, 90, 100],
            [0, 0, 0, 0, 0, 0, 10],
        ]
        for (job, returns) in zip(plan.jobs(plan.cells[0]) ?? [], slow) { try ExperimentTests.finish(job, returns) }
        for job in plan.jobs(plan.cells[1]) ?? [] {
            try ExperimentTests.finish(job, [0, 80, 100, 150, 190, 199, 200 + Double(job.seed)])
        }
        return plan
    }

    @Test("a table has first crossings, seeds that never got there, ratios and ends, as counted by hand")
    func statistics() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let report = ExperimentReport(try Self.finished(root), folder: root)
        #expect(report.runsDone == 10)
        #expect(report.runsAsked == 20)
        #expect(report.panels.map(\.label) == ["here"])
        #expect(report.panelsMissing == ["there"])
        let rows = try #require(report.panels.first).rows
        let (one, two) = (rows[0], rows[1])
        // To 60: 4000, 5000, 3000, 4000, never.
        #expect(one.crossings[0].reached == 4)
        #expect(one.crossings[0].place == SampleStatistics(median: 4000, low: 3000, high: .infinity))
        #expect(one.crossings[0].sooner == nil, "the baseline is not compared with itself")
        // To 100: 5000, 6000, 6000, 6000, never.
        #expect(one.crossings[1].place?.median == 6000)
        #expect(one.crossings[2].reached == 0)
        #expect(two.crossings[0].place == SampleStatistics(median: 1000, low: 1000, high: 1000))
        #expect(two.crossings[0].sooner?.median == 4)
        #expect(two.crossings[0].sooner?.low == 3)
        #expect(two.crossings[0].sooner?.high == .infinity)
        #expect(two.crossings[1].sooner?.median == 3)
        #expect(two.crossings[2].sooner?.median == .infinity, "only the baseline never got there")
        #expect(one.finalReturn?.median == 110)
        #expect(two.finalReturn?.median == 203)
        #expect(two.bestReturn?.high == 205)
        #expect(try #require(two.finalRatio?.median) == 203.0 / 110)
        #expect(two.finalGain?.median == 93 && one.finalGain == nil)
    }

    @Test(
        "where a return of the baseline is not above 0 the final return is compared by a difference",
        arguments: [[-13, -13, -13, -13, -13], [-3, -1, 2, 4, 5]])
    func negativeReturns(baseline: [Double]) throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let description = try ExperimentDescription(
            name: "reach", parsing: """
                [experiment]
                title = Reaching
                seeds = 1-5
                [common]
                environment = swimmer
                steps-per-agent = 4000
                [arm one]
                agents = 1
                [arm two]
                agents = 2
                """, path: "reach.conf")
        let plan = ExperimentPlan(description, root: root)
        for (place, cell) in plan.cells.enumerated() {
            for job in try #require(plan.jobs(cell)) {
                let own = baseline[Int(job.seed) - 1]
                try ExperimentTests.finish(job, [-50, place == 0 ? own : 4.5])
            }
        }
        let report = ExperimentReport(plan, folder: root)
        let two = try #require(report.panels.first).rows[1]
        #expect(two.finalRatio == nil)
        #expect(two.finalGain?.median == 4.5 - baseline.sorted()[2])
        #expect(report.markdown.contains("| against one | final return higher by |"))
        guard baseline[0] == baseline[4] else { return }
        #expect(two.finalGain == SampleStatistics(median: 17.5, low: 17.5, high: 17.5))
        #expect(report.markdown.contains("| two | +17.5 [+17.5, +17.5] |"))
        #expect(report.table.contains("two,,gain,,5,5,17.5,17.5,17.5,one,,,"))
    }

    @Test("the files have a field for each heading, and the page says what was not run")
    func files() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let report = ExperimentReport(try Self.finished(root), folder: root)
        for text in [report.table, report.runs, report.curves] {
            let lines = text.split(separator: "\n").map { line in
                line.replacing(/"[^"]*"/, with: "x").split(separator: ",", omittingEmptySubsequences: false).count
            }
            #expect(Set(lines).count == 1, "\(text)")
            #expect(lines.count > 10)
        }
        let page = report.markdown
        #expect(page.contains("| one | 5 | 110.0 [10.0, 150.0] | 110.0 [10.0, 150.0] | 4k [3k, never], 4 of 5 |"))
        #expect(page.contains("| two, at once | 1.85 ["))
        #expect(page.contains("| never |"))
        #expect(page.contains("Not run: there."))
        #expect(report.line == "trial: 10 of 20 runs, \(root.relativePath)/table.md")
        #expect(report.table.contains("here,\"two, at once\",,to,60.0,5,5,1000.0,1000.0,1000.0,one,4.0,3.0,inf"))
        let empty = ExperimentReport(
            ExperimentPlan(
                try ExperimentDescription(name: "trial", parsing: Self.text, path: ""),
                root: root.appending(path: "none")), folder: root)
        #expect(empty.panels.isEmpty)
        #expect(empty.markdown.contains("0 of 20 runs"))
        #expect(empty.draw(in: root, scripts: root) == nil)
    }

    @Test(
        "tables, curves and plot are written without running anything",
        .enabled(if: Executable.onPath("gnuplot") != nil))
    func plot() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let plan = try Self.finished(root)
        var options = ExperimentOptions()
        options.runs = root
        options.results = root.appending(path: "results")
        let report = try Experiment(plan.description, options: options).write()
        #expect(report.runsDone == 10)
        for name in ["table.md", "table.csv", "runs.csv", "curves.csv", "plot.svg"] {
            let file = root.appending(path: "results/trial/\(name)")
            let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size]
            #expect((size as? Int ?? 0) > 300, "\(name)")
        }
        let commands = try Experiment(plan.description, options: options).commands.split(separator: "\n")
        #expect(commands.count == 20)
        #expect(commands.filter { $0.hasPrefix("✓ lapwing simulate --seed ") }.count == 10)
        options.panels = ["nowhere"]
        #expect(throws: TrainingError.self) { try Experiment(plan.description, options: options) }
        options.panels = []
        options.arms = ["three"]
        #expect(throws: TrainingError.self) { try Experiment(plan.description, options: options) }
    }
}
