import Foundation

/// Every run of an experiment, and what has come of those that have ended.
///
/// Arms that are tuned are first run with each candidate on seeds of their own; which candidate is taken is known when
/// all of those runs have ended.
struct ExperimentPlan {
    /// An arm in a panel.
    struct Cell {
        let panel: ExperimentDescription.Panel
        let arm: ExperimentDescription.Arm
        /// The runs of each candidate on the seeds for tuning; empty for an arm that is not tuned.
        let trials: [[ExperimentJob]]
    }

    let description: ExperimentDescription
    /// Every arm of every panel, in the order of the file.
    let cells: [Cell]
    private let root: URL
    private let seeds: [UInt64]?

    /// - Parameters:
    ///   - root: the folder of run folders.
    ///   - seeds: in place of the description's.
    init(_ description: ExperimentDescription, root: URL, seeds: [UInt64]? = nil) {
        self.description = description
        self.root = root
        self.seeds = seeds
        cells = description.panels.flatMap { panel in
            description.arms(in: panel).map { arm in
                let candidates = arm.tuning.isEmpty ? [] : arm.candidates
                return Cell(
                    panel: panel, arm: arm,
                    trials: candidates.map { candidate in
                        description.tuningSeeds.map { seed in
                            ExperimentJob(
                                label: Self.label(panel, arm, seed) + ", trial of " + Self.shown(candidate),
                                flags: description.flags(arm, in: panel, candidate: candidate), seed: seed, root: root)
                        }
                    })
            }
        }
    }

    /// The candidate of an arm: the only one, or the best of the trials; nil while trials are missing.
    ///
    /// The best reaches the level for tuning soonest, in the median of its seeds; of those that do not reach it, and
    /// without such a level, the one with the highest final return is taken.
    func choice(_ cell: Cell) -> ExperimentFlags? {
        guard !cell.trials.isEmpty else { return ExperimentFlags() }
        let measure = description.measure(of: cell.panel)
        let scores = cell.trials.compactMap { jobs -> (reached: Double, final: Double)? in
            let members = jobs.compactMap { job in job.curve.map { CurveGroup.Member(seed: job.seed, curve: $0) } }
            guard members.count == jobs.count else { return nil }
            let group = CurveGroup(
                label: "", measure: measure, spacing: description.spacing(of: cell.panel), members: members)
            let level = cell.panel.tuningLevel ?? description.tuningLevel
            let reached = level.flatMap { SampleStatistics.median(group.crossings($0)) } ?? .infinity
            return (reached, SampleStatistics.median(group.finalReturns) ?? -.infinity)
        }
        guard scores.count == cell.trials.count else { return nil }
        let best = scores.indices.min {
            (scores[$0].reached, -scores[$0].final) < (scores[$1].reached, -scores[$1].final)
        }
        return best.map { cell.arm.candidates[$0] }
    }

    /// The runs that are compared, an arm's over all seeds; nil while its trials are missing.
    func jobs(_ cell: Cell) -> [ExperimentJob]? {
        choice(cell).map { candidate in
            (seeds ?? description.seeds(of: cell.panel)).map { seed in
                ExperimentJob(
                    label: Self.label(cell.panel, cell.arm, seed),
                    flags: description.flags(cell.arm, in: cell.panel, candidate: candidate), seed: seed, root: root)
            }
        }
    }

    /// The runs of the trials of these cells, each once.
    func trials(_ cells: [Cell]) -> [ExperimentJob] {
        Self.distinct(cells.flatMap { $0.trials.flatMap(\.self) })
    }

    /// The runs of these cells that can be planned, each once, the first seed of every cell first: what is there after
    /// a while is a whole table.
    func runs(_ cells: [Cell]) -> [ExperimentJob] {
        let rows = cells.compactMap { jobs($0) }
        let most = rows.map(\.count).max() ?? 0
        return Self.distinct(
            (0..<most).flatMap { index in rows.compactMap { $0.indices.contains(index) ? $0[index] : nil } })
    }

    private static func distinct(_ jobs: [ExperimentJob]) -> [ExperimentJob] {
        var folders: Set<String> = []
        return jobs.filter { folders.insert($0.folder.path).inserted }
    }

    private static func label(
        _ panel: ExperimentDescription.Panel, _ arm: ExperimentDescription.Arm, _ seed: UInt64
    ) -> String {
        (panel.label.isEmpty ? "" : "\(panel.label), ") + "\(arm.label), seed \(seed)"
    }

    /// `step_size 0.02, momentum 0.3`.
    static func shown(_ candidate: ExperimentFlags) -> String {
        candidate.values.map { flag in
            let key = flag.name.split(separator: ".").last.map(String.init) ?? flag.name
            return "\(key) \(flag.values.joined(separator: " "))"
        }.joined(separator: ", ")
    }
}
