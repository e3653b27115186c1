import Foundation

/// A published experiment, repeated from its description: every run a `lapwing simulate` of its own, and the tables and
/// the plot that sum them up.
///
/// A run that has ended is not run again: an experiment that was stopped goes on where it was, and one with more seeds
/// or arms runs only those.
public final class Experiment {
    /// What is run.
    public let description: ExperimentDescription
    let options: ExperimentOptions
    private let plan: ExperimentPlan
    private let chosen: [ExperimentPlan.Cell]
    private let reporter = RunReporter()

    /// Plans every run; nothing is started yet.
    ///
    /// **Throws:** `usage` for options out of range.
    public init(_ description: ExperimentDescription, options: ExperimentOptions) throws(TrainingError) {
        try options.check(description)
        self.description = description
        self.options = options
        plan = ExperimentPlan(description, root: options.runs, seeds: options.seeds)
        chosen = plan.cells.filter { cell in
            (options.panels.isEmpty || options.panels.contains(cell.panel.label))
                && (options.arms.isEmpty || options.arms.contains(cell.arm.label))
        }
    }

    /// The command lines of the runs, each with a mark for those that have ended.
    public var commands: String {
        let trials = plan.trials(chosen)
        let waiting = chosen.filter { plan.jobs($0) == nil }.map { cell in
            [cell.panel.label, cell.arm.label].filter { !$0.isEmpty }.joined(separator: ": ")
        }
        var lines = (trials + plan.runs(chosen)).map { job in
            (job.run.outcome == nil || (options.again && job.run.isOld) ? "  " : "✓ ") + "lapwing "
                + job.arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
        }
        if !waiting.isEmpty { lines.append("and, when their trials have ended: \(waiting.joined(separator: "; "))") }
        return lines.joined(separator: "\n")
    }

    /// Runs what is not there, trials first, and writes the tables and the plot.
    ///
    /// **Throws:** what a configuration that makes no sense throws, before anything is started; `cannotCreate` for a
    /// folder; the first run's error when runs have failed, after all others.
    public func run() throws(TrainingError) -> ExperimentReport {
        try checkConfigurations()
        let queue = try RunQueue(parallel: options.parallel, reporter: reporter)
        let trials = plan.trials(chosen)
        try run(trials, of: "trials", in: queue)
        var asked = trials.count
        if !queue.isInterrupted {
            let runs = plan.runs(chosen)
            asked += runs.count
            try run(runs, of: "runs", in: queue)
        }
        let report = try write(isInterrupted: queue.isInterrupted)
        if let first = queue.failures.first {
            throw TrainingError(
                .internalError, "\(queue.failures.count) of \(asked) runs failed; the others are in the table",
                details: [first])
        }
        return report
    }

    /// Writes the tables and the plot of what is there; nothing is run.
    ///
    /// **Throws:** `cannotCreate` for the folder, or a file of it.
    public func write(isInterrupted: Bool = false) throws(TrainingError) -> ExperimentReport {
        let folder = options.results.appending(path: description.name)
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.cannotCreate, "\(folder.path): the folder cannot be made; name another with --results")
        }
        let report = ExperimentReport(plan, folder: folder, isInterrupted: isInterrupted)
        try report.write(to: folder)
        if let warning = report.draw(in: folder, scripts: options.runs) { reporter.say(warning) }
        return report
    }

    private func run(_ jobs: [ExperimentJob], of kind: String, in queue: RunQueue) throws(TrainingError) {
        guard !jobs.isEmpty else { return }
        var waiting = jobs.filter { $0.run.outcome == nil }
        let missing = Set(waiting.map(\.folder))
        let old = jobs.filter { !missing.contains($0.folder) && $0.run.isOld }
        if options.again { waiting += old }
        let finished = jobs.count - waiting.count
        reporter.say(
            "\(description.name): \(finished) of \(jobs.count) \(kind) are there already"
                + RunQueue.remark(old: old.count, again: options.again))
        try queue.run(waiting.map(\.item), finished: finished, total: jobs.count)
    }

    /// Refuses an arm whose configuration makes no sense, before anything is started.
    private func checkConfigurations() throws(TrainingError) {
        for cell in chosen {
            for candidate in cell.arm.candidates {
                let flags = description.flags(cell.arm, in: cell.panel, candidate: candidate)
                do throws(TrainingError) { try EffectiveConfiguration.check(RunPlan(flags.training())) } catch {
                    let place = [cell.panel.label, cell.arm.label].filter { !$0.isEmpty }.joined(separator: ", ")
                    throw TrainingError(error.code, "\(description.name), \(place): \(error.message)")
                }
            }
        }
    }
}

extension ExperimentFlags {
    /// What the flags that `lapwing train` has too ask for.
    func training() throws(TrainingError) -> TrainingOptions {
        var training = TrainingOptions(
            environment: try EnvironmentChoice(
                name: value("environment") ?? "", options: value("environment-options")))
        training.agents = value("agents").flatMap { Int($0) } ?? training.agents
        training.stepsPerAgent = value("steps-per-agent").flatMap { Int($0) }
        training.updates = value("updates").flatMap { UInt64($0) }
        training.broadcast = value("broadcast")
        if let profile = value("profile") { training.profile = try Profile(named: profile) }
        for flag in values where flag.name.contains(".") {
            for value in flag.values { try training.overrides.add("\(flag.name)=\(value)") }
        }
        return training
    }
}
