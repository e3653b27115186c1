import ArgumentParser
import Foundation
import Training

/// How facts are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// The flag of every command that prints facts.
struct FormatOptions: ParsableArguments {
    @Option(help: "text, or json: one line {\"command\":…,\"format_version\":1,\"result\":…}.")
    var format = OutputFormat.text

    /// Prints `result`, or `text` for a person.
    func show(_ command: String, _ result: some Encodable, text: () -> String) {
        switch format {
        case .text: print(text())
        case .json: print(Report.line(command: command, result: result))
        }
    }
}

/// Which environment a command works with.
struct EnvironmentOptions: ParsableArguments {
    @Option(help: "The plug-in that has the environment; by default the MuJoCo one, for tasks that are not built in.")
    var plugin: String?

    @Option(help: "The folder of MuJoCo model files (default: .cache/mujoco-models).")
    var models: String?

    @Option(
        name: .customLong("environment-options"),
        help: "What the task is told, such as \"learners=4 scales=1,0.5,0.2,0.1\".")
    var options: String?

    @Option(name: .customLong("bin-dir"), help: "Where programs and plug-in are (default: where they were built).")
    var binaries: String?

    var binaryFolder: URL? { binaries.map { URL(fileURLWithPath: $0) } }

    func choice(_ name: String) throws -> EnvironmentChoice {
        try EnvironmentChoice(name: name, plugin: plugin, models: models, binaries: binaryFolder, options: options)
    }
}
