import ArgumentParser
import Foundation
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains one policy with a gateway and agents on this machine.",
        discussion: """
            Draws keys, starts one gateway and the agents as processes of their own, and stops them at the target, at \
            the budget, or on Ctrl-C. Everything is left in RUNS/<environment>__<name>__<seed>__<utc>/, with a link \
            RUNS/latest: effective.conf, summary.json, returns.csv, returns.png and .svg, policy.lapwing, logs.

            The last line on standard output sums up the run. Ctrl-C ends a run in good order: the policy is \
            evaluated, the summary says "interrupted", the exit code is 0; a second Ctrl-C cuts that short.
            """)

    @Option(help: "The task: swimmer, hopper, cartpole, … (lapwing environment list).")
    var environment: String

    @Option(help: "How many agent processes.")
    var agents = 4

    @Option(help: "What everything random follows from, but for the order in which updates arrive.")
    var seed: UInt64 = 1

    @Option(help: "The run's name, part of its folder's name.")
    var name = "afedpg"

    @Option(help: "Budget: environment steps of each agent, on average (default: the task's recipe).")
    var stepsPerAgent: Int?

    @Option(help: "Budget: applied updates of all agents together; wins over --steps-per-agent.")
    var updates: UInt64?

    @Option(help: "Stop when the mean return of the newest 20 episodes reaches this.")
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

    @OptionGroup var environmentOptions: EnvironmentOptions
    @OptionGroup var formatOptions: FormatOptions

    func run() throws {
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
        options.binaries = environmentOptions.binaryFolder
        options.evaluationEpisodes = evaluationEpisodes
        let trainer = try Trainer(options)
        let summary = try trainer.run()
        formatOptions.show("train", summary) { summary.line(folder: trainer.folderPath) }
    }
}
