import Foundation

/// What a sweep has come to so far: a row for each cell, over the seeds that have been run.
public struct SweepReport: Encodable, Sendable {
    /// One cell over its seeds.
    public struct Row: Encodable, Sendable {
        /// What the cell is called.
        public let label: String
        /// What it belongs to in a plot.
        public let family: String
        /// The keys that make the cell: profile, codec and what is chosen about it, as the configuration says it.
        public let settings: [String: String]
        /// The seeds that were run to their end.
        public let seeds: [UInt64]
        /// The return of the final evaluation.
        public let returns: Estimate?
        /// The same, less the dense run's.
        public let returnDifference: Estimate?
        /// Bytes at the socket, from the agents.
        public let bytesUp: Estimate?
        /// Bytes at the socket, to the agents.
        public let bytesDown: Estimate?
        /// The share of gradients that were not sent.
        public let skippedShare: Estimate?
        /// How many times fewer bytes up than the dense run, medians by medians.
        public let ratioUp: Double?
        /// The same down.
        public let ratioDown: Double?
        /// The same of both together.
        public let ratioBoth: Double?

        enum CodingKeys: String, CodingKey {
            case label, family, settings, seeds
            case returns = "return"
            case returnDifference = "return_difference"
            case bytesUp = "bytes_up"
            case bytesDown = "bytes_down"
            case skippedShare = "skipped_share"
            case ratioUp = "ratio_up"
            case ratioDown = "ratio_down"
            case ratioBoth = "ratio_both"
        }
    }

    /// A median over seeds, with its 95 % bootstrap interval.
    public typealias Estimate = SampleStatistics

    /// The sweep's folder.
    public let folder: String
    /// The task.
    public let environment: String
    /// How many agents every run had.
    public let agents: Int
    /// The rows, in the order of the grid.
    public let rows: [Row]
    /// Runs that are there, of those that were asked for.
    public let runsDone: Int
    /// Runs that were asked for.
    public let runsAsked: Int
    /// One line for each run that failed.
    public let failures: [String]
    /// Whether a signal ended the sweep before its time.
    public let isInterrupted: Bool

    let runs: [(label: String, seed: UInt64, folder: String, summary: RunSummary)]

    enum CodingKeys: String, CodingKey {
        case folder, environment, agents, rows, failures
        case runsDone = "runs_done"
        case runsAsked = "runs_asked"
        case isInterrupted = "interrupted"
    }

    /// Reads what the jobs have left.
    init(
        options: SweepOptions, cells: [SweepCell], jobs: [SweepJob], folder: URL, failures: [String] = [],
        isInterrupted: Bool = false
    ) {
        var summaries: [Int: [(seed: UInt64, summary: RunSummary)]] = [:]
        var runs: [(label: String, seed: UInt64, folder: String, summary: RunSummary)] = []
        for job in jobs {
            guard let summary = job.run.outcome else { continue }
            summaries[job.cell, default: []].append((job.seed, summary))
            runs.append((cells[job.cell].label, job.seed, job.folder.lastPathComponent, summary))
        }
        let dense = cells.firstIndex { $0.label == SweepGrid.denseLabel }.flatMap { summaries[$0] } ?? []
        rows = cells.enumerated().map { index, cell in
            Row(cell: cell, runs: summaries[index] ?? [], dense: dense.map(\.summary))
        }
        self.folder = folder.relativePath
        environment = options.training.environment.name
        agents = options.training.agents
        self.runs = runs
        runsDone = runs.count
        runsAsked = jobs.count
        self.failures = failures
        self.isInterrupted = isInterrupted
    }

    /// One line for a run that has just ended.
    static func short(_ summary: RunSummary) -> String {
        "return \(summary.returnMean.map { ProgressLine.fixed($0, 1) } ?? "-"), "
            + "up \(ProgressLine.bytes(summary.bytesUp)), down \(ProgressLine.bytes(summary.bytesDown)), "
            + "skipped \(ProgressLine.percent(summary.skippedShare))"
    }

    /// The last line that `lapwing sweep` prints.
    public var line: String {
        let state = isInterrupted ? ", interrupted: run it again to go on" : ""
        let best = rows.dropFirst().filter(\.hasNoMeasurableLoss).max { ($0.ratioBoth ?? 0) < ($1.ratioBoth ?? 0) }
        let found = best.flatMap { row in
            row.ratioBoth.map {
                ", fewest bytes of both ways among cells whose return's interval is not below the dense run's: "
                    + "\(row.label), \(ProgressLine.fixed($0, 1)) times fewer"
            }
        }
        return "\(environment): \(rows.count) cells, \(runsDone) of \(runsAsked) runs\(found ?? ""), "
            + "\(folder)/table.md\(state)"
    }
}

extension SweepReport.Row {
    /// Whether the return is the dense run's as far as the seeds can tell: the interval of the difference reaches zero,
    /// and the median has lost less than three in a hundred.
    var hasNoMeasurableLoss: Bool {
        guard let returns, let returnDifference else { return false }
        let dense = returns.median - returnDifference.median
        return returnDifference.high >= 0 && returnDifference.median >= -0.03 * abs(dense)
    }

    init(cell: SweepCell, runs: [(seed: UInt64, summary: RunSummary)], dense: [RunSummary]) {
        func numbers(_ runs: [RunSummary], _ value: (RunSummary) -> Double?) -> [Double] { runs.compactMap(value) }
        let own = runs.map(\.summary)
        func fewer(_ value: (RunSummary) -> Double) -> Double? {
            guard let reference = SampleStatistics.median(dense.map(value)),
                let median = SampleStatistics.median(own.map(value)), median > 0
            else { return nil }
            return reference / median
        }
        label = cell.label
        family = cell.family
        var settings: [String: String] = [:]
        if let profile = cell.profile { settings["profile"] = profile.name }
        for setting in (cell.profile?.settings.settings ?? []) + cell.settings.settings {
            settings["\(setting.section).\(setting.key)"] = setting.value
        }
        self.settings = settings
        seeds = runs.map(\.seed)
        let returns = numbers(own) { $0.returnMean }
        self.returns = SampleStatistics(returns)
        returnDifference = SampleStatistics.difference(returns, from: numbers(dense) { $0.returnMean })
        bytesUp = SampleStatistics(own.map { Double($0.bytesUp) })
        bytesDown = SampleStatistics(own.map { Double($0.bytesDown) })
        skippedShare = SampleStatistics(own.map(\.skippedShare))
        ratioUp = fewer { Double($0.bytesUp) }
        ratioDown = fewer { Double($0.bytesDown) }
        ratioBoth = fewer { Double($0.bytesUp) + Double($0.bytesDown) }
    }
}
