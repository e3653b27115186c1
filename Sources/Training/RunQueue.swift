import Bounded
import CProcess
import Foundation

/// Runs of `lapwing` as child processes, so many at a time, until all have ended or a signal comes.
///
/// Everything happens on the thread that calls `run`, which must be the main thread. While a queue is there, SIGINT and
/// SIGTERM are its own.
final class RunQueue {
    /// One run that is to be made.
    struct Item {
        /// What a person calls it, such as `ternary, seed 2`.
        let label: String
        /// Words after the program.
        let arguments: [String]
        /// Made before the run starts.
        let folder: URL
        /// What the run has to say goes to the file of that name in `folder`.
        let logName: String
        /// What it came to, as one line; nil when it has not ended as it should.
        let outcome: () -> String?
    }

    /// How long a run may take to end in good order, and then at once.
    static let stopSeconds = 3.0

    /// Whether a signal has ended the work before its time.
    private(set) var isInterrupted = false
    /// One line for each run that failed.
    private(set) var failures: [String] = []

    private let program: URL
    private let parallel: Int
    private let reporter: RunReporter
    private let signals: Int32
    private var running: [(item: Item, position: Int, process: ChildProcess, started: Instant)] = []

    /// **Throws:** `missingInput` when there is no `lapwing` beside this program.
    convenience init(parallel: Int, reporter: RunReporter) throws(TrainingError) {
        let program = try Executable.find("lapwing", explicit: Executable.ownFolder)
        self.init(program: program, parallel: parallel, reporter: reporter)
    }

    /// Runs of another `program`.
    init(program: URL, parallel: Int, reporter: RunReporter) {
        self.program = program
        self.parallel = parallel
        self.reporter = reporter
        signals = lapwing_catch_signals()
    }

    deinit { lapwing_release_signals() }

    /// Makes the runs, in order; a run that fails does not keep the others from being made.
    ///
    /// `finished` of `total` are there already, which the lines that are printed count from.
    /// **Throws:** `cannotCreate` for a folder or a log.
    func run(_ items: [Item], finished: Int, total: Int) throws(TrainingError) {
        var next = 0
        while !isInterrupted, next < items.count || !running.isEmpty {
            while running.count < parallel, next < items.count {
                try start(items[next], position: finished + next + 1)
                next += 1
            }
            collect(total)
            waitForSignal(milliseconds: 50)
        }
        if isInterrupted { stop() }
    }

    /// What is said of runs that are there and older than the running program.
    static func remark(old: Int, again: Bool) -> String {
        guard old > 0 else { return "" }
        return again
            ? ", \(old) older than this program are run again"
            : ", \(old) of them older than this program (--again runs them again)"
    }

    private func start(_ item: Item, position: Int) throws(TrainingError) {
        do { try FileManager.default.createDirectory(at: item.folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.cannotCreate, "\(item.folder.path): the folder cannot be made")
        }
        let process = try ChildProcess(
            label: item.label, program: program, arguments: item.arguments,
            folder: URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
            log: item.folder.appending(path: item.logName), readsOutput: false)
        running.append((item, position, process, .now))
    }

    /// Takes in the runs that have ended.
    private func collect(_ total: Int) {
        for (item, position, process, started) in running {
            guard let status = process.exitStatus else { continue }
            let seconds = ProgressLine.fixed(Instant.now.seconds(since: started), 0)
            let number = "[\(position)/\(total)]"
            // Of a run that failed before it made a folder, the outcome would be that of the run before it.
            if status == 0, let outcome = item.outcome() {
                reporter.say("\(number) \(item.label): \(outcome), \(seconds) s")
            } else if !isInterrupted {
                let tail = process.logTail(1).first ?? "exit code \(status)"
                failures.append("\(item.label): \(tail)")
                reporter.say("\(number) \(item.label) failed: \(tail); see \(process.log.relativePath)")
            }
        }
        running.removeAll { $0.process.exitStatus != nil }
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
            for run in running { run.process.send(SIGINT) }
            for run in running { _ = run.process.wait(seconds: Self.stopSeconds) }
        }
        for run in running { run.process.send(SIGKILL) }
        for run in running { _ = run.process.wait(seconds: Self.stopSeconds) }
        running = []
    }
}
