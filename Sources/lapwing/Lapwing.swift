import ArgumentParser
import Foundation
import Training

/// The operator's program: it trains, evaluates, and checks numbers.
@main
struct Lapwing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lapwing",
        abstract: "Federated reinforcement learning for Linux edge boards.",
        discussion: "Exit codes are explained in docs/exit-codes.md; a command that fails says why on standard error.",
        version: Version.text,
        subcommands: [
            Train.self, Simulate.self, Sweep.self, Experiment.self, Evaluate.self, Policy.self, Codec.self, Runs.self,
            Keys.self, Environment.self, Replay.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as TrainingError {
            for line in error.details { complain("  | \(line)") }
            complain("lapwing: \(error.message)")
            Foundation.exit(error.code.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    private static func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
