import Foundation

/// What an experiment has come to so far: for each panel a row for each arm, over the seeds that have been run.
public struct ExperimentReport: Encodable, Sendable {
    /// A median over seeds, with its 95 % bootstrap interval.
    public typealias Estimate = SampleStatistics

    /// When an arm first reaches a return.
    public struct Crossing: Encodable, Sendable {
        /// The return.
        public let level: Double
        /// How many of the seeds reached it.
        public let reached: Int
        /// Where they did, along the panel's measure; a seed that never did counts as infinity.
        public let place: Estimate?
        /// How many times sooner than the baseline; nil for the baseline itself.
        public let sooner: Estimate?
    }

    /// One arm over its seeds.
    public struct Row: Encodable, Sendable {
        /// What the arm is called.
        public let label: String
        /// What its trials chose; empty for an arm that was not tuned.
        public let choice: String
        /// The seeds that were run to their end.
        public let seeds: [UInt64]
        /// The mean of the last tenth of the evaluations.
        public let finalReturn: Estimate?
        /// The best evaluation.
        public let bestReturn: Estimate?
        /// How many times the baseline's final return; nil for the baseline itself, or one not above 0.
        public let finalRatio: Estimate?
        /// The final return less the baseline's; nil for the baseline itself.
        public let finalGain: Estimate?
        /// A crossing for each level.
        public let crossings: [Crossing]
        let group: CurveGroup

        enum CodingKeys: String, CodingKey {
            case label, choice, seeds, crossings
            case finalReturn = "final_return"
            case bestReturn = "best_return"
            case finalRatio = "final_ratio"
            case finalGain = "final_gain"
        }
    }

    /// One setting that the arms are compared in.
    public struct Panel: Encodable, Sendable {
        /// What it is called; empty when there is only one.
        public let label: String
        /// What the crossings are places along.
        public let measure: CurveMeasure
        /// The arm that the others are compared with.
        public let baseline: String
        /// The arms that have runs, in the order of the description.
        public let rows: [Row]
        let levels: [Double]
    }

    /// The experiment.
    public let name: String
    /// The folder of the tables and the plot.
    public let folder: String
    /// The panels that have runs.
    public let panels: [Panel]
    /// Panels of the description without any run that has ended.
    public let panelsMissing: [String]
    /// Runs that are there, of those that the description asks for; trials are not counted.
    public let runsDone: Int
    /// Runs that the description asks for.
    public let runsAsked: Int
    /// Whether a signal ended the work before its time.
    public let isInterrupted: Bool
    let description: ExperimentDescription

    enum CodingKeys: String, CodingKey {
        case name, folder, panels
        case panelsMissing = "panels_missing"
        case runsDone = "runs_done"
        case runsAsked = "runs_asked"
        case isInterrupted = "interrupted"
    }

    /// Reads what the runs have left.
    init(_ plan: ExperimentPlan, folder: URL, isInterrupted: Bool = false) {
        let description = plan.description
        var panels: [Panel] = []
        var (done, asked) = (0, 0)
        for panel in description.panels {
            let measure = description.measure(of: panel)
            let cells = plan.cells.filter { $0.panel.label == panel.label }
            var found: [(choice: String, group: CurveGroup)] = []
            for cell in cells {
                let jobs = plan.jobs(cell) ?? []
                asked += jobs.isEmpty ? description.seeds(of: panel).count : jobs.count
                let members = jobs.compactMap { job in
                    job.curve.map { CurveGroup.Member(seed: job.seed, curve: $0) }
                }.filter { $0.curve.places(measure) != nil }
                done += members.count
                guard !members.isEmpty else { continue }
                let choice = plan.choice(cell).map(ExperimentPlan.shown) ?? ""
                let group = CurveGroup(
                    label: cell.arm.label, measure: measure, spacing: description.spacing(of: panel), members: members)
                found.append((choice, group))
            }
            guard !found.isEmpty else { continue }
            let baseline = description.baseline(in: panel)?.label ?? ""
            let reference = found.first { $0.group.label == baseline }?.group
            let levels = description.levels(of: panel)
            panels.append(
                Panel(
                    label: panel.label, measure: measure, baseline: baseline,
                    rows: found.map { Row($0.group, choice: $0.choice, levels: levels, reference: reference) },
                    levels: levels))
        }
        name = description.name
        self.folder = folder.relativePath
        self.panels = panels
        panelsMissing = description.panels.map(\.label).filter { label in !panels.contains { $0.label == label } }
        runsDone = done
        runsAsked = asked
        self.isInterrupted = isInterrupted
        self.description = description
    }

    /// The last line that `lapwing experiment` prints.
    public var line: String {
        let state = isInterrupted ? ", interrupted: run it again to go on" : ""
        return "\(name): \(runsDone) of \(runsAsked) runs, \(folder)/table.md\(state)"
    }
}

extension ExperimentReport.Row {
    init(_ group: CurveGroup, choice: String = "", levels: [Double], reference: CurveGroup?) {
        let other = reference.flatMap { $0.label == group.label ? nil : $0 }
        label = group.label
        self.choice = choice
        seeds = group.members.map(\.seed)
        finalReturn = SampleStatistics(group.finalReturns)
        bestReturn = SampleStatistics(group.bestReturns)
        finalGain = other.flatMap { SampleStatistics.difference(group.finalReturns, from: $0.finalReturns) }
        // Of a return below 0 a smaller share is the better one, and near 0 there are shares of any size.
        finalRatio = other.flatMap { reference in
            reference.finalReturns.allSatisfy { $0 > 0 }
                ? SampleStatistics.ratio(of: group.finalReturns, to: reference.finalReturns) : nil
        }
        crossings = levels.map { level in
            let own = group.crossings(level)
            return ExperimentReport.Crossing(
                level: level, reached: own.filter(\.isFinite).count, place: SampleStatistics(own),
                sooner: other.flatMap { SampleStatistics.ratio(of: $0.crossings(level), to: own) })
        }
        self.group = group
    }
}
