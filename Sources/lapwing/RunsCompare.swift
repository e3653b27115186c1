import ArgumentParser
import Foundation
import Training

extension Runs {
    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tabulates runs beside each other; runs that differ only in the seed make one row.")

        @Argument(help: ArgumentHelp("Run folders.", valueName: "run"))
        var folders: [String]

        @Option(parsing: .unconditional, help: "Returns whose first crossing is shown, such as 100,300.")
        var levels = ""

        @Option(name: .customLong("x"), help: ArgumentHelp("What crossings are counted in.", valueName: "measure"))
        var measure = CurveMeasure.steps

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let levels = try levels.split(separator: ",").map { word in
                guard let level = Double(word.trimmingCharacters(in: .whitespaces)), level.isFinite else {
                    throw TrainingError(.usage, "--levels \(self.levels): \(word) is no number")
                }
                return level
            }
            let comparison = try RunComparison(folders.map { URL(fileURLWithPath: $0) }, measure: measure)
            let report = comparison.report(levels: levels)
            formatOptions.show("runs compare", report) { report.text }
        }
    }

    struct Plot: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plots the return of runs; runs that differ only in the seed make one curve with its range.")

        @Argument(help: ArgumentHelp("Run folders.", valueName: "run"))
        var folders: [String]

        @Option(
            name: .customLong("x"),
            help: ArgumentHelp(
                "steps, steps_per_agent, virtual_seconds, seconds, version, updates, bytes_up, bytes_down, bytes.",
                valueName: "measure"))
        var measure = CurveMeasure.steps

        @Option(help: "The plot: .svg, or .png.")
        var output = "runs.svg"

        func run() throws {
            let comparison = try RunComparison(folders.map { URL(fileURLWithPath: $0) }, measure: measure)
            try comparison.draw(URL(fileURLWithPath: output))
            print(output)
        }
    }
}

extension CurveMeasure: ExpressibleByArgument {}
