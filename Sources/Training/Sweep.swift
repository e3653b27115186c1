import Foundation

/// A grid of training runs, each a `lapwing train` of its own, and the table that sums them up.
///
/// A run whose configuration has been run to its end in the same folder is not run again: a sweep that was stopped goes
/// on where it was, and one with more seeds or cells runs only those.
public final class Sweep {
    let options: SweepOptions
    let cells: [SweepCell]
    let jobs: [SweepJob]
    /// The sweep's folder.
    public let folder: URL

    private let reporter = RunReporter()
    private let queue: RunQueue

    /// Plans every run; nothing is started yet.
    ///
    /// **Throws:** `usage` for options out of range, and what planning a run throws: a sweep starts with every
    /// configuration known to make sense.
    public init(_ options: SweepOptions) throws(TrainingError) {
        try options.check()
        folder = options.sweeps.appending(path: "\(options.training.environment.name)__\(options.name)")
        let cells = try options.grid.cells()
        guard !cells.isEmpty else { throw TrainingError(.usage, "nothing to sweep: give --codec, --bits or --profile") }
        self.options = options
        self.cells = cells
        jobs = try SweepJob.all(cells, options: options, root: folder)
        queue = try RunQueue(parallel: options.parallel, reporter: reporter)
    }

    /// Runs what is not finished, and writes `runs.csv`, `table.csv`, `table.md` and the plot.
    ///
    /// **Throws:** `cannotCreate` for the folder; the first run's error when runs have failed, after all others.
    public func run() throws(TrainingError) -> SweepReport {
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.cannotCreate, "\(folder.path): the folder cannot be made; name another with --sweeps")
        }
        var folders: Set<URL> = []
        let ended = jobs.filter { $0.run.outcome != nil }
        let old = ended.filter(\.run.isOld)
        let kept = Set(ended.map(\.folder)).subtracting(options.again ? old.map(\.folder) : [])
        let waiting = jobs.filter { !kept.contains($0.folder) && folders.insert($0.folder).inserted }
        let finished = ended.count - (options.again ? old.count : 0)
        reporter.say(
            "sweep folder \(folder.relativePath): \(cells.count) cells, \(options.seeds) seeds, "
                + "\(finished) of \(jobs.count) runs are there already"
                + RunQueue.remark(old: old.count, again: options.again))
        try queue.run(waiting.map(item), finished: finished, total: finished + waiting.count)
        let report = SweepReport(
            options: options, cells: cells, jobs: jobs, folder: folder, failures: queue.failures,
            isInterrupted: queue.isInterrupted)
        try report.write(to: folder)
        if let warning = SweepPlot(folder: folder, report: report).draw() { reporter.say(warning) }
        if let first = queue.failures.first {
            throw TrainingError(
                .internalError, "\(queue.failures.count) of \(jobs.count) runs failed; the others are in the table",
                details: [first])
        }
        return report
    }

    private func item(_ job: SweepJob) -> RunQueue.Item {
        RunQueue.Item(
            label: "\(cells[job.cell].label), seed \(job.seed)", arguments: arguments(job), folder: job.folder,
            logName: "train.log", outcome: { job.run.outcome.map(SweepReport.short) })
    }

    /// The command line of one run.
    func arguments(_ job: SweepJob) -> [String] {
        let training = options.training
        var words = [
            "train", "--environment", training.environment.name, "--agents", "\(training.agents)",
            "--seed", "\(job.seed)", "--name", cells[job.cell].slug, "--runs", job.folder.path,
            "--evaluation-episodes", "\(training.evaluationEpisodes)",
        ]
        if let steps = training.stepsPerAgent { words += ["--steps-per-agent", "\(steps)"] }
        if let updates = training.updates { words += ["--updates", "\(updates)"] }
        if let target = training.target { words += ["--target", "\(target)"] }
        if let broadcast = training.broadcast { words += ["--broadcast", broadcast] }
        if let profile = cells[job.cell].profile { words += ["--profile", profile.url.path] }
        words += options.passedOn
        for setting in cells[job.cell].settings.settings {
            words += ["--set", "\(setting.section).\(setting.key)=\(setting.value)"]
        }
        return words
    }
}
