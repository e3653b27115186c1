import ArgumentParser
import Foundation
import Simulation
import Training

/// The flags of `lapwing simulate` that say what is trained, for how long, and what is looked at.
struct SimulatedRunOptions: ParsableArguments {
    @Option(help: "The task: swimmer, hopper, cartpole, … (lapwing environment list).")
    var environment: String

    @Option(help: "How many agents.")
    var agents = 4

    @Option(help: "What everything random follows from.")
    var seed: UInt64 = 1

    @Option(help: "The run's name, part of its folder's name.")
    var name = "simulated"

    @Option(help: "Budget: environment steps of each agent, on average (default: the task's recipe).")
    var stepsPerAgent: Int?

    @Option(help: "Budget: applied updates of all agents together; wins over --steps-per-agent.")
    var updates: UInt64?

    @Option(help: "Budget: virtual seconds; beside another budget, whichever ends first.")
    var virtualSeconds: Double?

    @Option(help: "Stop when the mean return of the newest 20 episodes reaches this.")
    var target: Double?

    @Option(help: "Whom a new version goes to: reply, announce or push.")
    var broadcast: String?

    @Option(
        help: ArgumentHelp(
            "Compression settings: lossless, balanced, frugal, or a file with [uplink] and [downlink] keys.",
            valueName: "name|file"))
    var profile: String?

    @Option(help: "The folder that --profile NAME is looked for in.")
    var profiles: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Change a key, as lapwing train does.", valueName: "change"))
    var changes: [String] = []

    @Option(
        name: .customLong("agent-set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Change a key of every agent: section.key=value.", valueName: "change"))
    var agentChanges: [String] = []

    @Option(help: "Where run folders are made.")
    var runs = "runs"

    @Option(help: "Episodes of the final evaluation.")
    var evaluationEpisodes = 10

    @Option(help: "Environment steps of all agents between two points of curve.csv (default: a fortieth of the run).")
    var evaluateEvery: UInt64?

    @Option(help: "Episodes behind one point of curve.csv.")
    var curveEpisodes = 5

    @Option(help: "Threads that work (default: one for each core).")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "The last agents tamper with what they send: 2xsign-flip,nan,alie:0.7 (docs/robustness.md has the kinds).",
            valueName: "list"))
    var adversaries: String?

    func training(_ environmentOptions: EnvironmentOptions) throws -> TrainingOptions {
        var options = TrainingOptions(environment: try environmentOptions.choice(environment))
        options.agents = agents
        options.seed = seed
        options.name = name
        options.stepsPerAgent = stepsPerAgent
        options.updates = updates
        options.target = target
        options.broadcast = broadcast
        options.profile = try profile.map {
            try Profile(named: $0, folder: profiles.map { URL(fileURLWithPath: $0) })
        }
        for change in changes { try options.overrides.add(change) }
        for change in agentChanges { try options.overrides.addForAgents(change) }
        options.runs = URL(fileURLWithPath: runs)
        options.evaluationEpisodes = evaluationEpisodes
        return options
    }

    func apply(to options: inout SimulationOptions) throws {
        options.virtualSeconds = virtualSeconds
        options.evaluateEvery = evaluateEvery
        options.curveEpisodes = curveEpisodes
        options.threads = threads
        if let adversaries { options.adversaries = try AdversaryList(parsing: adversaries) }
    }
}
