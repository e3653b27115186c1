import ArgumentParser
import Foundation
import Training

struct Experiment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Repeats a published experiment from its description.", subcommands: [Run.self, List.self],
        defaultSubcommand: Run.self)

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs an experiment, or what is left of it, and writes its tables and plot.",
            discussion: """
                EXPERIMENTS/<name>.conf says what is run: arms (the methods that are compared) in panels (the settings \
                they are compared in), once for each seed; arms with a [tune …] section are tried on other seeds \
                first. Every run is a lapwing simulate of its own.

                RESULTS/<name>/ gets table.md, table.csv, runs.csv, curves.csv and plot.svg. A run that has ended is \
                not run again: after Ctrl-C the same command goes on, and more seeds or arms run only those.
                """)

        @Argument(help: "The experiment: lapwing experiment list names them.")
        var name: String

        @Option(name: .customLong("panel"), help: "Run this panel alone; may be given more than once.")
        var panels: [String] = []

        @Option(name: .customLong("arm"), help: "Run this arm alone; may be given more than once.")
        var arms: [String] = []

        @Option(help: "Seeds, such as 1-10 or 1,2,7 (default: the description's).")
        var seeds: String?

        @Option(help: "Runs at a time, one thread each (default: one for each core).")
        var parallel: Int?

        @Option(help: "The folder of descriptions (default: experiments, here or in the package).")
        var experiments: String?

        @Option(help: "Where run folders are made, and looked for.")
        var runs = "experiments-runs"

        @Option(help: "Where the folder with tables and plot is made.")
        var results = "docs/experiments"

        @Flag(help: "Run again what is there and older than this program: what runs come to may have changed.")
        var again = false

        @Flag(help: "Print the command lines of the runs, with a mark for those that have ended, and run nothing.")
        var plan = false

        @Flag(help: "Write the tables and the plot of what is there, and run nothing.")
        var tables = false

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            var options = ExperimentOptions()
            options.panels = panels
            options.arms = arms
            if let seeds {
                guard let list = ExperimentDescription.seeds(parsing: seeds) else {
                    throw TrainingError(.usage, "--seeds \(seeds): such as 1-5, or 1,2,7; each once, from 1")
                }
                options.seeds = list
            }
            options.again = again
            if let parallel { options.parallel = parallel }
            options.runs = URL(fileURLWithPath: runs)
            options.results = URL(fileURLWithPath: results)
            let folder = experiments.map { URL(fileURLWithPath: $0) } ?? ExperimentList.usualFolder
            let description = try ExperimentDescription(reading: folder.appending(path: "\(name).conf"))
            let experiment = try Training.Experiment(description, options: options)
            if plan { return print(experiment.commands) }
            let report = try tables ? experiment.write() : experiment.run()
            formatOptions.show("experiment", report) { report.line }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the experiments that have descriptions.")

        @Option(help: "The folder of descriptions (default: experiments, here or in the package).")
        var experiments: String?

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let folder = experiments.map { URL(fileURLWithPath: $0) } ?? ExperimentList.usualFolder
            let list = try ExperimentList(folder: folder)
            formatOptions.show("experiment list", list.entries) { list.text }
        }
    }
}
