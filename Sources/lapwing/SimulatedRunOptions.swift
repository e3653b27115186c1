import ArgumentParser
import Foundation
import Simulation

/// The flags that `lapwing simulate` has beside those of `RunOptions`: what is looked at, and who lies.
struct SimulatedRunOptions: ParsableArguments {
    @Option(help: "Budget: virtual seconds; beside another budget, whichever ends first.")
    var virtualSeconds: Double?

    @Option(help: "Environment steps of all agents between two points of curve.csv (default: a fortieth of the run).")
    var evaluateEvery: UInt64?

    @Option(help: "Virtual seconds between two points of curve.csv, each of the θ in force then; in place of steps.")
    var evaluateEverySeconds: Double?

    @Option(help: "Episodes behind one point of curve.csv.")
    var curveEpisodes = 5

    @Option(help: "Threads that work (default: one for each core).")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "The last agents tamper with what they send: 2xsign-flip,nan,alie:0.7 (docs/robustness.md has the kinds).",
            valueName: "list"))
    var adversaries: String?

    func apply(to options: inout SimulationOptions) throws {
        options.virtualSeconds = virtualSeconds
        options.evaluateEvery = evaluateEvery
        options.evaluateEverySeconds = evaluateEverySeconds
        options.curveEpisodes = curveEpisodes
        options.threads = threads
        if let adversaries { options.adversaries = try AdversaryList(parsing: adversaries) }
    }
}
