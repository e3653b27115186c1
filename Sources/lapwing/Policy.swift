import ArgumentParser
import Foundation
import Training

struct Policy: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exports, shows and differentiates policies.",
        subcommands: [Export.self, Show.self, Gradient.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes one version of a gateway's store as a policy file.")

        @Option(help: "The store, such as runs/latest/store.sqlite.")
        var store: String

        @Option(help: "The version (default: the newest).")
        var version: UInt64?

        @Option(help: "The file to write.")
        var output: String

        @OptionGroup var environmentOptions: EnvironmentOptions
        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let file = try PolicyExport.fromStore(
                store, version: version, environment: { try environmentOptions.choice($0) })
            try file.write(to: URL(fileURLWithPath: output))
            let report = PolicyReport(path: output, file: file)
            formatOptions.show("policy export", report) { report.text }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a policy file and says what is in it.")

        @Option(help: "The policy file.")
        var policy: String

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let report = PolicyReport(path: policy, file: try PolicyFile.load(URL(fileURLWithPath: policy)))
            formatOptions.show("policy show", report) { report.text }
        }
    }

    struct Gradient: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the policy gradient of one recorded trajectory.",
            discussion: """
                The file has a step a line: \
                {"observation":[…],"action":[…],"reward":r,"terminated":b,"truncated":b}; a \
                discrete action is its index. A last line {"observation":[…]} says what came after; it is needed only \
                with a baseline. Observations are raw; actions are as drawn, before clipping.

                The gradient is divided by the number of steps, and nothing else is done to it unless a flag says so: \
                no baseline, no normalisation. Its order is that of the policy file's parameters. docs/referees.md has \
                the formulas and worked examples.
                """)

        @Option(help: "The policy file.")
        var policy: String

        @Option(help: "The trajectory, JSON lines.")
        var trajectory: String

        @Option(help: "reward-to-go, gae or streaming.")
        var estimator = "reward-to-go"

        @Option(help: "γ, above 0, at most 1.")
        var discount: Double

        @Option(help: "λ of gae and streaming.")
        var lambda: Double = 1

        @Option(help: "none, time, linear or critic.")
        var baseline = "none"

        @Flag(help: "Shift and scale the advantages to mean 0 and standard deviation 1.")
        var normaliseAdvantages = false

        @Flag(help: "Weigh the action at time t by γ^t as well (AFedPG, eq. 6).")
        var absoluteDiscount = false

        @Option(help: "plain, or natural: solve with the Fisher matrix of the trajectory.")
        var direction = "plain"

        @Option(help: "Draws the critic, if there is one.")
        var seed: UInt64 = 1

        func run() throws {
            let settings = try GradientReferee.settings(
                estimator: estimator, discount: discount, lambda: lambda, baseline: baseline,
                normalisesAdvantages: normaliseAdvantages, absoluteDiscount: absoluteDiscount, direction: direction)
            try GradientReferee.run(
                policy: try PolicyFile.load(URL(fileURLWithPath: policy)),
                trajectory: URL(fileURLWithPath: trajectory), settings: settings, seed: seed
            ) { print($0) }
        }
    }
}
