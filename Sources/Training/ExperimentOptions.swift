import Foundation

/// What a person asks of `lapwing experiment`.
public struct ExperimentOptions: Sendable {
    /// Panels that are run; empty: all. The others stay in the tables as they are.
    public var panels: [String] = []
    /// Arms that are run; empty: all.
    public var arms: [String] = []
    /// Seeds in place of the description's.
    public var seeds: [UInt64]?
    /// Whether runs are run again that are older than the running program.
    public var again = false
    /// Runs at a time; each has one thread.
    public var parallel = ProcessInfo.processInfo.activeProcessorCount
    /// Where run folders are.
    public var runs = URL(fileURLWithPath: "experiments-runs")
    /// Where the folder of tables and plots is made.
    public var results = URL(fileURLWithPath: "docs/experiments")

    public init() {}

    /// Refuses what cannot be run.
    func check(_ description: ExperimentDescription) throws(TrainingError) {
        func usage(_ message: String) -> TrainingError { TrainingError(.usage, message) }
        guard (1...256).contains(parallel) else { throw usage("--parallel \(parallel): 1 to 256") }
        for panel in panels where !description.panels.contains(where: { $0.label == panel }) {
            let known = description.panels.map(\.label).joined(separator: ", ")
            throw usage("--panel \(panel): the panels of \(description.name) are: \(known)")
        }
        for arm in arms where !description.arms.contains(where: { $0.label == arm }) {
            let known = description.arms.map(\.label).joined(separator: "; ")
            throw usage("--arm \(arm): the arms of \(description.name) are: \(known)")
        }
        for arm in description.arms where arms.isEmpty || arms.contains(arm.label) {
            guard let seeds, let conflict = description.tuningConflict(of: arm, with: seeds) else { continue }
            throw usage("--seeds: \(conflict)")
        }
    }
}
