import ArgumentParser
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains one policy with a gateway and agents on this machine.",
        discussion: """
            Draws keys, starts one gateway and the agents as processes of their own, and stops them at the target, at \
            the budget, or on Ctrl-C. Everything is left in RUNS/<environment>__<name>__<seed>__<utc>/, with a link \
            RUNS/latest: effective.conf, summary.json, returns.csv, returns.png and .svg, policy.lapwing, logs.

            The last line on standard output sums up the run. Ctrl-C ends a run in good order: the policy is \
            evaluated, the summary says "interrupted", the exit code is 0; a second Ctrl-C cuts that short.
            """)

    @OptionGroup var runOptions: RunOptions
    @OptionGroup var environmentOptions: EnvironmentOptions
    @OptionGroup var formatOptions: FormatOptions

    func run() throws {
        let trainer = try Trainer(runOptions.training(environmentOptions, defaultName: "afedpg"))
        let summary = try trainer.run()
        formatOptions.show("train", summary) { summary.line(folder: trainer.folderPath) }
    }
}
