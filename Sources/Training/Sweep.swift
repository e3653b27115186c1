import Bounded
import CProcess
import Foundation

/// A grid of training runs, each a `lapwing train` of its own, and the table that sums them up.
///
/// A run whose configuration has been run to its end in the same folder is not run again: a sweep that was stopped goes
/// on where it was, and one with more seeds or cells runs only those. Everything happens on the thread that calls
/// `run`, which must be the main thread.
public final class Sweep {
    /// How long a run may take to end in good order, and then at once.
    static let stopSeconds = 3.0

    let options: SweepOptions
    let cells: [SweepCell]
    let jobs: [SweepJob]
    /// The sweep's folder.
    public let folder: URL

    private let reporter = RunReporter()
    private let program: URL
    private let signals: Int32
    private var running: [(job: SweepJob, process: ChildProcess, started: Instant)] = []
    private var isInterrupted = false
    private var failures: [String] = []

    /// Plans every run; nothing is started yet.
    ///
    /// **Throws:** `usage` for options out of range, and what planning a run throws: a sweep starts with every
    /// configuration known to make sense.
    public init(_ options: SweepOptions) throws(TrainingError) {
        try options.check()
        program = try Executable.find("lapwing", explicit: Executable.ownFolder)
        folder = options.sweeps.appending(path: "\(options.training.environment.name)__\(options.name)")
        let cells = try options.grid.cells()
        guard !cells.isEmpty else { throw TrainingError(.usage, "nothing to sweep: give --codec, --bits or --profile") }
        for cell in cells { try Self.check(cell, options) }
        self.options = options
        self.cells = cells
        jobs = try SweepJob.all(cells, options: options, root: folder)
        signals = lapwing_catch_signals()
    }

    /// Refuses a cell whose configuration makes no sense, before anything is started.
    private static func check(_ cell: SweepCell, _ options: SweepOptions) throws(TrainingError) {
        let plan = try RunPlan(SweepJob.training(of: cell, seed: 1, options: options))
        let file = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString).conf")
        try plan.gatewaySettings().text(heading: "").write(to: file, what: "a configuration")
        defer { try? FileManager.default.removeItem(at: file) }
        do throws(TrainingError) { _ = try EffectiveConfiguration.gateway(file) } catch {
            let message = error.message.replacingOccurrences(of: file.path, with: "the cell \(cell.label)")
            throw TrainingError(error.code, message)
        }
    }

    /// Runs what is not finished, and writes `runs.csv`, `table.csv`, `table.md` and the plot.
    ///
    /// **Throws:** `cannotCreate` for the folder; the first run's error when runs have failed, after all others.
    public func run() throws(TrainingError) -> SweepReport {
        defer { lapwing_release_signals() }
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.cannotCreate, "\(folder.path): the folder cannot be made; name another with --sweeps")
        }
        var waiting = jobs.filter { $0.outcome == nil }
        reporter.say(
            "sweep folder \(folder.relativePath): \(cells.count) cells, \(options.seeds) seeds, "
                + "\(jobs.count - waiting.count) of \(jobs.count) runs are there already")
        waiting.reverse()
        while !isInterrupted, !waiting.isEmpty || !running.isEmpty {
            while running.count < options.parallel, let job = waiting.popLast() { try start(job) }
            collect()
            waitForSignal(milliseconds: 50)
        }
        if isInterrupted { stop() }
        let report = SweepReport(
            options: options, cells: cells, jobs: jobs, folder: folder, failures: failures,
            isInterrupted: isInterrupted)
        try report.write(to: folder)
        if let warning = SweepPlot(folder: folder, report: report).draw() { reporter.say(warning) }
        if let first = failures.first {
            throw TrainingError(
                .internalError, "\(failures.count) of \(jobs.count) runs failed; the others are in the table",
                details: [first])
        }
        return report
    }

    private func start(_ job: SweepJob) throws(TrainingError) {
        do { try FileManager.default.createDirectory(at: job.folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.cannotCreate, "\(job.folder.path): the folder cannot be made")
        }
        let process = try ChildProcess(
            label: "\(cells[job.cell].label), seed \(job.seed)", program: program, arguments: arguments(job),
            folder: URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
            log: job.folder.appending(path: "train.log"), readsOutput: false)
        running.append((job, process, .now))
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

    /// Takes in the runs that have ended.
    private func collect() {
        for (job, process, started) in running {
            guard let status = process.exitStatus else { continue }
            let seconds = Instant.now.seconds(since: started)
            if let summary = job.outcome {
                reporter.say("\(position(of: job)) \(process.label): \(SweepReport.short(summary)), "
                    + "\(ProgressLine.fixed(seconds, 0)) s")
            } else if !isInterrupted {
                let tail = process.logTail(1).first ?? "exit code \(status)"
                failures.append("\(process.label): \(tail)")
                reporter.say("\(position(of: job)) \(process.label) failed: \(tail); see \(process.log.relativePath)")
            }
        }
        running.removeAll { $0.process.exitStatus != nil }
    }

    private func position(of job: SweepJob) -> String {
        let number = (jobs.firstIndex { $0.cell == job.cell && $0.seed == job.seed } ?? 0) + 1
        return "[\(number)/\(jobs.count)]"
    }

    private func waitForSignal(milliseconds: Int32) {
        var wait = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, milliseconds) > 0 else { return }
        var byte: UInt8 = 0
        while read(signals, &byte, 1) == 1 { isInterrupted = true }
    }

    /// Ends the runs that go on; they will be run again from their start.
    private func stop() {
        reporter.say("stopping \(running.count) runs; run the same command again to go on")
        // A second SIGINT is what tells a run not to evaluate its policy first.
        for _ in 0..<2 {
            for item in running { item.process.send(SIGINT) }
            for item in running { _ = item.process.wait(seconds: Self.stopSeconds) }
        }
        for item in running { item.process.send(SIGKILL) }
        for item in running { _ = item.process.wait(seconds: Self.stopSeconds) }
        running = []
    }
}
