import Foundation

/// One run of a sweep: a cell and a seed, with the folder that its outcome is in.
struct SweepJob {
    /// Which cell, in the order of the grid.
    let cell: Int
    let seed: UInt64
    /// The hash over every key of every program of the run; what has the same hash is the same run.
    let hash: String
    /// Holds the run's folder, and the link `latest` to it.
    let folder: URL

    /// Plans the run, so that its configuration is known before anything is started.
    ///
    /// `source` is the first cell that comes to the same configuration: its run is this one's too.
    init(
        cell: Int, source: SweepCell, seed: UInt64, options: SweepOptions, root: URL
    ) throws(TrainingError) {
        let training = try Self.training(of: source, seed: seed, options: options)
        let plan = try RunPlan(training)
        var text = "\(Version.text) \(plan.updates) \(training.evaluationEpisodes) \(training.target ?? .nan)\n"
        text += plan.gatewaySettings().text(heading: "")
        for number in plan.agentNumbers { text += plan.agentSettings(number, endpoint: "").text(heading: "") }
        // Where a plug-in and its files are does not change what a run comes to; what the task is told does.
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("plugin =") }
            .map { $0.replacing(/\s?\bmodels=[^\s;]+/, with: "") }
        self.cell = cell
        self.seed = seed
        hash = EffectiveConfiguration.hash(lines.joined(separator: "\n"))
        folder = root.appending(path: "cells/\(source.slug)__\(seed)__\(hash)")
    }

    /// Every run of a sweep, the first seed of every cell first: what is there after a while is a whole table.
    ///
    /// Cells that come to the same configuration, such as the dense run and the profile `lossless`, share their runs.
    /// **Throws:** the error of the first cell whose configuration makes no sense.
    static func all(_ cells: [SweepCell], options: SweepOptions, root: URL) throws(TrainingError) -> [SweepJob] {
        var effective: [String] = []
        for cell in cells { effective.append(try cell.effectiveConfiguration(options)) }
        var jobs: [SweepJob] = []
        for seed in 1...UInt64(options.seeds) {
            for index in cells.indices {
                let source = cells[effective.firstIndex(of: effective[index]) ?? index]
                jobs.append(try SweepJob(cell: index, source: source, seed: seed, options: options, root: root))
            }
        }
        return jobs
    }

    /// What `lapwing train` is asked for.
    static func training(
        of cell: SweepCell, seed: UInt64, options: SweepOptions
    ) throws(TrainingError) -> TrainingOptions {
        var training = options.training
        training.seed = seed
        training.profile = cell.profile
        for setting in cell.settings.settings {
            try training.overrides.add("\(setting.section).\(setting.key)=\(setting.value)")
        }
        return training
    }

    /// The folder of the run itself.
    var run: RunFolder { RunFolder(url: folder.appending(path: "latest")) }
}
