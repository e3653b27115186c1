import Foundation

/// What a person asks of `lapwing sweep`.
public struct SweepOptions: Sendable {
    /// What every run has: environment, agents, budget, changes. Seed, name, profile and folder are the sweep's.
    public var training: TrainingOptions
    /// What differs between the runs.
    public var grid = SweepGrid()
    /// Each cell is run with the seeds 1 to this.
    public var seeds = 5
    /// Whether runs are run again that are older than the running program.
    public var again = false
    /// How many runs go on at a time.
    public var parallel = 1
    /// The sweep's name, part of its folder's name.
    public var name = "grid"
    /// Where sweep folders are made.
    public var sweeps = URL(fileURLWithPath: "sweeps")
    /// Flags of `lapwing train` that are handed on word for word: `--set`, `--plugin` and their like.
    public var passedOn: [String] = []

    public init(training: TrainingOptions) { self.training = training }

    /// Refuses what cannot be run.
    func check() throws(TrainingError) {
        func usage(_ message: String) -> TrainingError { TrainingError(.usage, message) }
        guard (1...1_000).contains(seeds) else { throw usage("--seeds \(seeds): 1 to 1000") }
        guard (1...256).contains(parallel) else { throw usage("--parallel \(parallel): 1 to 256") }
        guard RunFolder.isUsable(name) else {
            throw usage("--name \(name): use letters, digits, dots and single dashes or underscores, 64 at most")
        }
        try training.check()
    }
}
