import ArgumentParser
import Foundation
import Training

struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, shows, compares and plots runs.",
        subcommands: [List.self, Show.self, Compare.self, Plot.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the runs of a folder, oldest first.")

        @Option(help: "The folder of run folders.")
        var runs = "runs"

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let list = try RunList(folder: URL(fileURLWithPath: runs))
            formatOptions.show("runs list", list.runs) { list.text }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the summary of one run.")

        @Option(name: .customLong("run"), help: "The run's folder.")
        var folder = "runs/latest"

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let summary = try RunSummary(reading: RunFolder(url: URL(fileURLWithPath: folder)).summary)
            formatOptions.show("runs show", summary) { summary.line(folder: folder) }
        }
    }
}
