import Foundation
import Testing

@testable import Training

@Suite("Sweeps")
struct SweepReportTests {
    static func summary(_ seed: UInt64, mean: Double, up: UInt64, down: UInt64 = 1_000_000) -> RunSummary {
        RunSummary(
            environment: "cartpole", rule: "afedpg", seed: seed, agents: [], profile: nil, updatesApplied: 100,
            updatesSkipped: 50, updatesReused: 50, policyVersion: 100, returnMean: mean, returnStd: 0, steps: 1,
            seconds: 1, bytesUp: up, bytesDown: down, bytes: nil, exit: .budget)
    }

    static func options(_ folder: URL, seeds: Int = 3) throws -> SweepOptions {
        var training = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
        training.updates = 10
        var options = SweepOptions(training: training)
        options.grid.codecs = [.denseFloat16]
        options.seeds = seeds
        options.sweeps = folder
        return options
    }

    /// Leaves what a run would leave.
    static func finish(_ job: SweepJob, _ summary: RunSummary) throws {
        let run = job.folder.appending(path: "latest")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        try summary.write(to: run.appending(path: "summary.json"))
    }

    static func jobs(_ options: SweepOptions, _ root: URL) throws -> [SweepJob] {
        try SweepJob.all(options.grid.cells(), options: options, root: root)
    }

    static func report(_ options: SweepOptions, _ root: URL) throws -> SweepReport {
        SweepReport(options: options, cells: try options.grid.cells(), jobs: try jobs(options, root), folder: root)
    }

    @Test("a run is done when it ended at its budget under the same keys, and not otherwise")
    func resumption() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        var options = try Self.options(root)
        let job = try #require(try Self.jobs(options, root).first)
        #expect(job.run.outcome == nil)
        var summary = Self.summary(1, mean: 1, up: 1)
        summary.exit = .interrupted
        try Self.finish(job, summary)
        #expect(job.run.outcome == nil, "an interrupted run is run again")
        summary.exit = .budget
        try Self.finish(job, summary)
        #expect(job.run.outcome == summary)
        #expect(try Self.jobs(options, root).first?.run.outcome == summary, "the same command finds it")
        try options.training.overrides.add("agent.learning.discount=0.9")
        let changed = try #require(try Self.jobs(options, root).first)
        #expect(changed.hash != job.hash)
        #expect(changed.run.outcome == nil, "another discount is another run")

        func hash(shift: Double) throws -> String {
            var training = TrainingOptions(environment: try EnvironmentChoice(name: "cooperative-navigation"))
            training.environment.options = "learners=4 scales=1,1,1,1 shift=\(shift)"
            training.updates = 10
            options.training = training
            return try #require(try Self.jobs(options, root).first).hash
        }
        #expect(try hash(shift: 0.3) == hash(shift: 0.3))
        #expect(try hash(shift: 0.3) != hash(shift: 0.2), "the task is told something else")

        func hash(sensors: String) throws -> String {
            let told = try EnvironmentChoice(name: "hopper", options: "sensors=\(sensors)")
            options.training = TrainingOptions(environment: told)
            options.training.updates = 10
            return try #require(try Self.jobs(options, root).first).hash
        }
        #expect(try hash(sensors: "either") != hash(sensors: "straight"), "the models, before it, are no part of it")
    }

    @Test("cells and seeds have hashes of their own")
    func hashes() throws {
        let root = URL(fileURLWithPath: "/nowhere")
        let jobs = try Self.jobs(try Self.options(root), root)
        #expect(jobs.count == 6)
        #expect(Set(jobs.map(\.hash)).count == 6)
        #expect(Set(jobs.map(\.folder)).count == 6)
    }

    @Test("cells that come to the same keys share their runs: the profile lossless is the dense run")
    func sharedRuns() throws {
        try ProfileTests.withFolder("[uplink]\ncodec = dense-float32\nskip_rule = none\n", name: "lossless") { folder in
            var options = try Self.options(folder)
            options.grid.profiles = [try Profile(named: "lossless", folder: folder)]
            let jobs = try Self.jobs(options, folder)
            #expect(jobs.count == 9)
            #expect(Set(jobs.map(\.folder)).count == 6)
            for job in jobs where job.cell == 1 {
                #expect(jobs.first { $0.cell == 0 && $0.seed == job.seed }?.folder == job.folder)
                try Self.finish(job, Self.summary(job.seed, mean: 5, up: 7))
            }
            let report = try Self.report(options, folder)
            #expect(report.runsDone == 6)
            #expect(report.rows[0].bytesUp == report.rows[1].bytesUp)
            #expect(report.rows[2].bytesUp == nil)
        }
    }

    @Test("the last line names the fewest bytes of both ways among cells whose return holds")
    func lastLine() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        var options = try Self.options(root)
        options.grid.codecs = [.denseFloat16, .ternary, .natural]
        let outcomes: [(mean: Double, up: UInt64, down: UInt64)] = [
            (100, 1_000_000, 1_000_000), (100, 100_000, 900_000), (100, 400_000, 100_000), (10, 1, 1),
        ]
        for job in try Self.jobs(options, root) {
            let (mean, up, down) = outcomes[job.cell]
            try Self.finish(job, Self.summary(job.seed, mean: mean + Double(job.seed), up: up, down: down))
        }
        let line = try Self.report(options, root).line
        #expect(line.contains("not below the dense run's: ternary, 4.0 times fewer,"), "\(line)")
    }

    @Test("a row has medians over seeds and how many times fewer bytes than dense")
    func row() throws {
        let dense = [100.0, 110, 90].enumerated().map { Self.summary(UInt64($0 + 1), mean: $1, up: 1_000_000) }
        let own = [95.0, 120, 101].enumerated().map {
            (seed: UInt64($0 + 1), summary: Self.summary(UInt64($0 + 1), mean: $1, up: 100_000, down: 500_000))
        }
        let row = SweepReport.Row(cell: SweepCell(label: "x", family: "x"), runs: own, dense: dense)
        #expect(row.returns == SampleStatistics(median: 101, low: 95, high: 120))
        #expect(row.returnDifference?.median == 1)
        #expect(row.returnDifference.map { $0.low < 0 && $0.high > 0 } == true)
        #expect(row.ratioUp == 10)
        #expect(row.ratioDown == 2)
        #expect(row.ratioBoth == 2_000_000.0 / 600_000)
        #expect(row.skippedShare?.median == 0.5)
        #expect(row.hasNoMeasurableLoss)
        let worse = own.map { (seed: $0.seed, summary: Self.summary($0.seed, mean: 50 + Double($0.seed), up: 1)) }
        let lower = SweepReport.Row(cell: SweepCell(label: "x", family: "x"), runs: worse, dense: dense)
        #expect(!lower.hasNoMeasurableLoss)
        let wild = zip(own, [10.0, 20, 200]).map { (seed: $0.seed, summary: Self.summary($0.seed, mean: $1, up: 1)) }
        let spread = SweepReport.Row(cell: SweepCell(label: "x", family: "x"), runs: wild, dense: dense)
        #expect(!spread.hasNoMeasurableLoss, "a wide interval is no excuse for a low median")
    }

    @Test("every line of the tables has as many fields as its heading, also without a finished run")
    func tables() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        var options = try Self.options(root)
        options.grid.skipThresholds = [0, 1]
        let empty = try Self.report(options, root)
        let jobs = try Self.jobs(options, root)
        for job in jobs.dropLast() { try Self.finish(job, Self.summary(job.seed, mean: Double(job.seed), up: 1000)) }
        let report = try Self.report(options, root)
        for text in [empty.table, report.table, report.runsTable] {
            let lines = text.split(separator: "\n").map { line in
                line.replacing(/"[^"]*"/, with: "x").split(separator: ",", omittingEmptySubsequences: false).count
            }
            #expect(Set(lines).count == 1, "\(text)")
        }
        #expect(report.runsDone == jobs.count - 1)
        #expect(report.markdown.contains("| dense-float32 | 2.0 [1.0, 3.0] |  | 1.00 kB | 1.0 × |"))
        let cells = report.markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
            .map { $0.split(separator: "|", omittingEmptySubsequences: false).count }
        #expect(Set(cells).count == 1)
        #expect(report.line.contains("\(jobs.count - 1) of \(jobs.count) runs"))
    }

    @Test("the plot is drawn from what is there", .enabled(if: Executable.onPath("gnuplot") != nil))
    func plot() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        var options = try Self.options(root)
        options.grid.codecs = [.denseFloat16, .ternary]
        let jobs = try Self.jobs(options, root)
        for job in jobs.dropLast(3) {
            try Self.finish(job, Self.summary(job.seed, mean: Double(job.seed), up: 1000 * UInt64(job.cell + 1)))
        }
        let report = try Self.report(options, root)
        #expect(SweepPlot(folder: root, report: report).draw() == nil)
        for name in ["return-bytes.png", "return-bytes.svg"] {
            let size = try FileManager.default.attributesOfItem(atPath: root.appending(path: name).path)[.size]
            #expect((size as? Int ?? 0) > 5_000, "\(name)")
        }
    }

    @Test("the median's interval covers what it should, and is the whole range for a few numbers")
    func statistics() throws {
        #expect(SampleStatistics([]) == nil)
        #expect(SampleStatistics([3]) == SampleStatistics(median: 3, low: 3, high: 3))
        #expect(SampleStatistics([5, 1, 4, 2, 3]) == SampleStatistics(median: 3, low: 1, high: 5))
        #expect(SampleStatistics.median([4, 1]) == 2.5)
        let many = (0..<100).map { Double($0) }
        let wide = try #require(SampleStatistics(many))
        #expect(wide.median == 49.5)
        #expect(wide.low > 30 && wide.low < 45 && wide.high > 54 && wide.high < 69)
        let shifted = try #require(SampleStatistics.difference(many.map { $0 + 50 }, from: many))
        #expect(shifted.median == 50)
        #expect(shifted.low > 0 && shifted.high < 100)
    }
}
