import Foundation

/// One run of an experiment, with the folder that its outcome is in.
///
/// The folder is named after what the run is told and nothing else, so that two arms, or two experiments, that ask for
/// the same run share it.
struct ExperimentJob {
    /// What a person calls it.
    let label: String
    let seed: UInt64
    /// The words after `lapwing`, but for the name and the folder.
    let arguments: [String]
    /// The hash over what the run is told; what has the same hash is the same run.
    let hash: String
    /// Holds the run's folder, and the link `latest` to it.
    let folder: URL

    init(label: String, flags: ExperimentFlags, seed: UInt64, root: URL) {
        let environment = flags.value("environment") ?? ""
        let recipe = Recipe.named(environment) ?? .general(environment)
        var text = "\(Version.text) \(seed) \(flags.words.joined(separator: " "))\n"
        text += recipe.gateway.text(heading: "") + recipe.agent.text(heading: "")
        let agents = flags.value("agents").flatMap { Int($0) } ?? TrainingOptions.agentsDefault
        text += "\(recipe.environmentOptions(agents: agents))"
        if !["steps-per-agent", "updates", "virtual-seconds"].contains(where: { flags.value($0) != nil }) {
            text += "\(recipe.updatesPerAgent)"
        }
        if let profile = flags.value("profile") {
            let settings = (try? Profile(named: profile))?.settings
            text += settings?.text(heading: "") ?? profile
        }
        if let devices = flags.value("devices") {
            text += (try? String(contentsOfFile: devices, encoding: .utf8)) ?? devices
        }
        self.label = label
        self.seed = seed
        hash = EffectiveConfiguration.hash(text)
        arguments = ["simulate", "--seed", "\(seed)"] + flags.words
        folder = root.appending(path: "\(environment)/\(hash)__\(seed)")
    }

    /// The folder of the run itself.
    var run: RunFolder { RunFolder(url: folder.appending(path: "latest")) }

    /// The curve of a run that has ended; nil without one.
    var curve: LearningCurve? {
        guard let outcome = run.outcome else { return nil }
        return try? LearningCurve(reading: run, agents: outcome.agents.count)
    }

    /// As the queue makes it.
    var item: RunQueue.Item {
        RunQueue.Item(
            label: label,
            arguments: arguments + ["--name", "experiment", "--runs", folder.path, "--threads", "1"],
            folder: folder, logName: "simulate.log",
            outcome: {
                run.outcome.map { summary in
                    let mean = summary.returnMean.map { ProgressLine.fixed($0, 1) } ?? "-"
                    let best = curve.map { ", best \(ProgressLine.fixed($0.bestReturn, 1))" } ?? ""
                    return "return \(mean)\(best), up \(ProgressLine.bytes(summary.bytesUp))"
                }
            })
    }
}
