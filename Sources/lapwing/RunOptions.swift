import ArgumentParser
import Foundation
import Training

/// The flags of `lapwing train` and `lapwing simulate` that say what is trained, how, and for how long.
struct RunOptions: ParsableArguments {
    @Option(help: "The task: swimmer, hopper, cartpole, … (lapwing environment list).")
    var environment: String

    @Option(help: "How many agents.")
    var agents = 4

    @Option(help: "What everything random follows from; of train, all but the order in which updates arrive.")
    var seed: UInt64 = 1

    @Option(help: "The run's name, part of its folder's name (default: afedpg, or simulated).")
    var name: String?

    @Option(help: "Budget: environment steps of each agent, on average (default: the task's recipe).")
    var stepsPerAgent: Int?

    @Option(
        help: "Budget: applied updates of all agents, or rounds of a rule that has them; wins over --steps-per-agent.")
    var updates: UInt64?

    @Option(
        parsing: .unconditional, help: "Stop when the mean return of the newest 20 episodes reaches this.")
    var target: Double?

    @Option(help: "Whom a new version goes to: reply, announce or push.")
    var broadcast: String?

    @Option(
        help: ArgumentHelp(
            "Compression settings: lossless, balanced, frugal, or a file with [uplink] and [downlink] keys.",
            valueName: "name|file"))
    var profile: String?

    @Option(
        help: """
            The folder that --profile NAME is looked for in (default: LAPWING_PROFILES, edge-config/profiles beside \
            the program or in its package).
            """)
    var profiles: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Change a key: gateway.section.key=value, agent.…, agent-2.…, uplink.key=value, downlink.key=value.",
            valueName: "change"))
    var changes: [String] = []

    @Option(
        name: .customLong("agent-set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Change a key of every agent: section.key=value.", valueName: "change"))
    var agentChanges: [String] = []

    @Option(help: "Where run folders are made.")
    var runs = "runs"

    @Option(help: "Episodes of the final evaluation.")
    var evaluationEpisodes = 10

    func training(_ environmentOptions: EnvironmentOptions, defaultName: String) throws -> TrainingOptions {
        var options = TrainingOptions(environment: try environmentOptions.choice(environment))
        options.agents = agents
        options.seed = seed
        options.name = name ?? defaultName
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
        options.binaries = environmentOptions.binaryFolder
        options.evaluationEpisodes = evaluationEpisodes
        return options
    }
}
