import Foundation

/// What a person asks of `lapwing train`.
public struct TrainingOptions: Sendable {
    /// The most agents that one machine is asked to run.
    public static let agentsMaximum = 1_000
    /// How many there are when nobody says.
    public static let agentsDefault = 4

    /// The task.
    public var environment: EnvironmentChoice
    /// How many agent processes.
    public var agents = TrainingOptions.agentsDefault
    /// Everything random follows from it, but for the order in which updates arrive.
    public var seed: UInt64 = 1
    /// The run's name, part of its folder's name.
    public var name = "afedpg"
    /// The budget in environment steps of each agent, on average; nil: the recipe's.
    public var stepsPerAgent: Int?
    /// The budget in applied updates of all agents; it wins over `stepsPerAgent`.
    public var updates: UInt64?
    /// Stop when the mean return of the newest episodes reaches this.
    public var target: Double?
    /// `reply`, `announce` or `push`; nil: the gateway's default.
    public var broadcast: String?
    /// Compression settings, after the recipe and before the changes.
    public var profile: Profile?
    /// Changes to the configuration files.
    public var overrides = Overrides()
    /// Where run folders are made.
    public var runs = URL(fileURLWithPath: "runs")
    /// Where the programs are; nil: beside this one, or where the package builds them.
    public var binaries: URL?
    /// Episodes of the final evaluation.
    public var evaluationEpisodes = 10

    /// Whether the run ends when the budget of updates is used up; else it only sets the horizon of schedules.
    package var endsByUpdates = true
    /// What single agents are told beside the recipe, by their numbers; changes win over it.
    package var agentDefaults: [Int: SettingList] = [:]
    /// What the gateway is told beside the recipe; changes win over it.
    package var gatewayDefaults: SettingList = []
    /// What the environment of an agent is told besides what all are.
    package var environmentOptions: [Int: String] = [:]

    public init(environment: EnvironmentChoice) { self.environment = environment }

    /// Refuses what cannot be run.
    package func check() throws(TrainingError) {
        func usage(_ message: String) -> TrainingError { TrainingError(.usage, message) }
        guard (1...Self.agentsMaximum).contains(agents) else {
            throw usage("--agents \(agents): 1 to \(Self.agentsMaximum)")
        }
        if let stepsPerAgent, !(1...1_000_000_000_000_000).contains(stepsPerAgent) {
            throw usage("--steps-per-agent \(stepsPerAgent): 1 to 1e15")
        }
        if let updates, !(1...1_000_000_000_000).contains(updates) { throw usage("--updates \(updates): 1 to 1e12") }
        if let target, !target.isFinite { throw usage("--target \(target): a finite number") }
        if let broadcast, !["reply", "announce", "push"].contains(broadcast) {
            throw usage("--broadcast \(broadcast): reply, announce or push")
        }
        guard (1...100_000).contains(evaluationEpisodes) else {
            throw usage("--evaluation-episodes \(evaluationEpisodes): 1 to 100000")
        }
        guard overrides.highestAgent <= agents else {
            throw usage("--set agent-\(overrides.highestAgent).…: there are only \(agents) agents")
        }
    }
}
