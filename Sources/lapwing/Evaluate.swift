import ArgumentParser
import Foundation
import Training

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a stored policy: the mean action, fresh episodes.",
        discussion: "The file's checksum and its own example are checked before.")

    @Option(help: "The policy file, such as runs/latest/policy.lapwing.")
    var policy: String

    @Option(help: "How many episodes.")
    var episodes = 10

    @Option(help: "What the episodes' first states follow from.")
    var seed: UInt64 = 1

    @Option(help: "The task (default: the one that the policy was trained on).")
    var environment: String?

    @OptionGroup var environmentOptions: EnvironmentOptions
    @OptionGroup var formatOptions: FormatOptions

    func validate() throws {
        guard (1...1_000_000).contains(episodes) else { throw ValidationError("--episodes: 1 to 1000000") }
    }

    func run() throws {
        let file = try PolicyFile.load(URL(fileURLWithPath: policy))
        let name = environment ?? file.environment
        let evaluation = try Evaluation.run(
            file, in: try environmentOptions.choice(name), episodes: episodes, seed: seed)
        let report = EvaluationReport(
            policy: policy, environment: name, version: file.provenance.version, seed: seed, evaluation: evaluation)
        formatOptions.show("evaluate", report) { report.line }
    }
}
