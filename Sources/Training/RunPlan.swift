import Bounded
import Environments
import Foundation
import ZMQTransport

/// Everything that is decided before a run starts: the recipe, with what this run adds to it.
public struct RunPlan: Sendable {
    /// What was asked for.
    public let options: TrainingOptions
    /// How the task is learnt.
    public let recipe: Recipe
    /// Versions after which the run ends: applied updates of all agents, or rounds of a synchronous rule.
    public let updates: UInt64

    private let observationCount: Int
    private let actionCount: Int
    private let isDiscrete: Bool

    /// Opens the environment once, to learn its shape.
    ///
    /// **Throws:** `usage` for options out of range, and what opening the environment throws.
    public init(_ options: TrainingOptions) throws(TrainingError) {
        try options.check()
        var arena = try reserving { () throws(Arena.Refusal) in try Arena(limitBytes: 64 << 20) }
        let recipe = Recipe.named(options.environment.name) ?? .general(options.environment.name)
        var options = options
        if options.environment.options.isEmpty {
            options.environment.options = recipe.environmentOptions(agents: options.agents)
        }
        let description = try options.environment.open(arena: &arena).description
        self.options = options
        self.recipe = recipe
        observationCount = description.observationCount
        actionCount = description.actionCount
        isDiscrete = description.isDiscrete
        let batch = Self.batchSteps(recipe, options) * Self.batchesPerReport(recipe, options)
        let steps = options.stepsPerAgent ?? recipe.updatesPerAgent * Self.batchSteps(recipe, options)
        let perAgent = max(1, (steps + batch - 1) / batch)
        updates =
            options.updates
            ?? UInt64(max(1, perAgent * options.agents / Self.reportsPerVersion(recipe, options)))
            * Self.versionsPerBatch(recipe, options)
    }

    /// The rules of which one version takes a report of every agent.
    private static let synchronousRules: Set = ["fedpg", "lapg", "fednpg-admm"]

    /// Whether one version takes a report of every agent.
    package static func isSynchronous(_ recipe: Recipe, _ options: TrainingOptions) -> Bool {
        gatewayChoices(recipe, options).value("aggregation", "rule").map(synchronousRules.contains) ?? false
    }

    /// How many gradients make a version: one, those of all agents, or as many as the rule is told to wait for.
    package static func reportsPerVersion(_ recipe: Recipe, _ options: TrainingOptions) -> Int {
        guard !isSynchronous(recipe, options) else { return options.agents }
        guard collects(recipe, options) else { return 1 }
        return count("aggregation", "round_batches", 20, gatewayChoices(recipe, options))
    }

    /// Whether agents add up gradients until the gateway asks for their means.
    package static func collects(_ recipe: Recipe, _ options: TrainingOptions) -> Bool {
        ["rennala", "malenia"].contains(gatewayChoices(recipe, options).value("aggregation", "rule"))
    }

    /// How many versions are made of one batch of every agent.
    package static func versionsPerBatch(_ recipe: Recipe, _ options: TrainingOptions) -> UInt64 {
        let list = gatewayChoices(recipe, options)
        guard list.value("aggregation", "rule") == "fednpg-admm" else { return 1 }
        return UInt64(count("aggregation", "admm_rounds", 1, list))
    }

    /// A count that the programs will be told, within what can be reckoned with: they refuse what is out of range.
    private static func count(_ section: String, _ key: String, _ usual: Int, _ list: SettingList) -> Int {
        min(max(list.value(section, key).flatMap { Int($0) } ?? usual, 1), 10_000_000)
    }

    private static func gatewayChoices(_ recipe: Recipe, _ options: TrainingOptions) -> SettingList {
        var gateway = recipe.gateway
        options.overrides.applyToGateway(&gateway)
        return gateway
    }

    /// How many batches are behind one report of an agent.
    package static func batchesPerReport(_ recipe: Recipe, _ options: TrainingOptions) -> Int {
        count("local", "batches", 1, gatewayChoices(recipe, options))
    }

    /// Environment steps of one batch.
    package static func batchSteps(_ recipe: Recipe, _ options: TrainingOptions) -> Int {
        var agent = recipe.agent
        options.overrides.applyToAgent(0, &agent)
        return count("sampling", "batch_steps", 1000, agent)
    }

    /// The server rule.
    public var rule: String { gatewaySettings().value("aggregation", "rule") ?? "afedpg" }

    /// `gateway.conf`.
    public func gatewaySettings() -> SettingList {
        var list: SettingList = []
        list.set("gateway", "name", options.environment.name)
        list.set("gateway", "endpoint", "tcp://127.0.0.1:*")
        list.set("keys", "key_file", "keys/gateway.key")
        list.set("keys", "allowed_keys_file", "keys/allowed.keys")
        list.set("policy", "environment", options.environment.name)
        list.set("policy", "distribution", isDiscrete ? "softmax" : "gaussian")
        list.set("policy", "observation_count", observationCount)
        list.set("policy", "action_count", actionCount)
        list.set(recipe.gateway)
        if let profile = options.profile { list.set(profile.gateway) }
        list.set("aggregation", "step_size_horizon", updates)
        list.set("federation", "agents_min", options.agents)
        list.set("federation", "agents_max", options.agents)
        list.set("federation", "updates_max", options.endsByUpdates ? updates : 0)
        list.set("federation", "seed", options.seed)
        if let broadcast = options.broadcast { list.set("federation", "broadcast", broadcast) }
        list.set("store", "path", "store.sqlite")
        list.set(options.gatewayDefaults)
        options.overrides.applyToGateway(&list)
        // The filter Zeno++ needs an agent that it can trust: one more than those who learn.
        if list.value("aggregation", "filter") == "zeno", list.value("aggregation", "validator") == nil {
            list.set("aggregation", "validator", Self.validatorName)
        }
        if list.value("critic", "shared") == "true", list.value("critic", "hidden") == nil {
            list.set("critic", "hidden", criticHidden)
        }
        return list
    }

    /// The layers of the agents' critics.
    private var criticHidden: String {
        var agent = recipe.agent
        options.overrides.applyToAgent(0, &agent)
        return agent.value("learning", "critic_hidden") ?? "64 64"
    }

    /// `agent-<number>.conf`, for a gateway that listens at `endpoint`.
    public func agentSettings(_ number: Int, endpoint: String) -> SettingList {
        var list: SettingList = []
        list.set("agent", "name", name(of: number))
        list.set("agent", "state_directory", "state/\(name(of: number))")
        // Streams of different agents must differ; the generator mixes neighbouring seeds well.
        list.set("agent", "seed", (options.seed &* 1_000_003 &+ UInt64(number)) & UInt64(Int64.max))
        list.set("gateway", "endpoint", endpoint)
        list.set("gateway", "public_key_file", "keys/gateway.pub")
        list.set("keys", "key_file", "keys/\(name(of: number)).key")
        list.set("environment", "name", options.environment.name)
        if let plugin = options.environment.plugin { list.set("environment", "plugin", plugin) }
        var environment = options.environment
        if recipe.hasLearners { environment.tell("learner=\(isValidator(number) ? 1 : number)") }
        if let own = options.environmentOptions[number] { environment.tell(own) }
        if !environment.options.isEmpty { list.set("environment", "options", environment.options) }
        let gateway = gatewaySettings()
        list.set("policy", "hidden", gateway.value("policy", "hidden") ?? "64 64")
        if let normalisation = gateway.value("policy", "observation_normalisation") {
            list.set("policy", "observation_normalisation", normalisation)
        }
        list.set(recipe.agent)
        if rule == "fednpg-admm" { list.set("learning", "direction", "consensus") }
        if let profile = options.profile { list.set(profile.agent) }
        if let own = options.agentDefaults[number] { list.set(own) }
        options.overrides.applyToAgent(number, &list)
        if gateway.value("critic", "shared") == "true", list.value("learning", "baseline") == "critic",
            list.value("learning", "critic_shared") == nil
        {
            list.set("learning", "critic_shared", "true")
        }
        return list
    }

    /// `agent-<number>`.
    public static func agentName(_ number: Int) -> String { "agent-\(number)" }

    // MARK: - The validating agent

    /// What a run calls the agent that it adds for the gateway's filter to compare with.
    package static let validatorName = "validator"

    /// Whether a run has such an agent, with the number after the last learner's.
    package var hasValidator: Bool { gatewaySettings().value("aggregation", "validator") == Self.validatorName }

    /// The numbers of all agents: of the learners, and of the validating agent.
    package var agentNumbers: ClosedRange<Int> { 1...(options.agents + (hasValidator ? 1 : 0)) }

    /// Whether the agent of that number validates.
    package func isValidator(_ number: Int) -> Bool { number > options.agents }

    /// What agent `number` is called.
    package func name(of number: Int) -> String {
        isValidator(number) ? Self.validatorName : Self.agentName(number)
    }

    // MARK: - Files

    /// Draws keys for everybody and writes them into `folder`; secrets are readable by their owner only.
    func provisionKeys(in folder: RunFolder) throws(TrainingError) {
        try Self.writeKeys(name: "gateway", folder: folder.keys, withPublicFile: true)
        var allowed = "# The agents of this run: public key, name.\n"
        for number in agentNumbers {
            let name = name(of: number)
            let key = try Self.writeKeys(name: name, folder: folder.keys, withPublicFile: false)
            allowed += "\(key.z85.string) \(name)\n"
            let state = folder.url.appending(path: "state/\(name)")
            try? FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        }
        try allowed.write(to: folder.keys.appending(path: "allowed.keys"), what: "the list of keys")
    }

    /// Draws one key pair and writes `name.key`, and `name.pub` when that is asked for.
    @discardableResult
    static func writeKeys(name: String, folder: URL, withPublicFile: Bool) throws(TrainingError) -> PublicKey {
        let owner = try FixedText(checking: name)
        let secretPath = try FixedText(checking: folder.appending(path: "\(name).key").path)
        let publicPath = try FixedText(checking: folder.appending(path: "\(name).pub").path)
        let pair: KeyPair
        do throws(TransportError) { pair = try KeyPair.generate() } catch {
            throw TrainingError(.system, "no keys can be drawn: libzmq was built without CURVE")
        }
        do throws(KeyFileError) {
            try KeyFile.writePair(pair, owner: owner, path: secretPath)
            if withPublicFile { try KeyFile.writePublic(pair.publicKey, owner: owner, path: publicPath) }
        } catch {
            throw TrainingError(error)
        }
        return pair.publicKey
    }

    /// Copies the profile into `folder`, so that the run can be read without the place that it came from.
    package func copyProfile(to folder: RunFolder) throws(TrainingError) {
        guard let profile = options.profile else { return }
        do { try Data(contentsOf: profile.url).write(to: folder.profile) } catch {
            throw TrainingError(.cannotCreate, "\(folder.profile.path): the profile cannot be copied there")
        }
    }

    /// Writes `gateway.conf`; `command` is what wrote it.
    package func writeGatewayConfiguration(
        in folder: RunFolder, by command: String = "train"
    ) throws(TrainingError) {
        let heading = "The gateway of the run \(folder.name), written by lapwing \(command)."
        try gatewaySettings().text(heading: heading).write(to: folder.gatewayConfiguration, what: "the configuration")
    }

    /// Writes `agent-<number>.conf` for every agent; `command` is what wrote them.
    package func writeAgentConfigurations(
        in folder: RunFolder, endpoint: String, by command: String = "train"
    ) throws(TrainingError) {
        for number in agentNumbers {
            let heading = "Agent \(number) of the run \(folder.name), written by lapwing \(command)."
            try agentSettings(number, endpoint: endpoint).text(heading: heading)
                .write(to: folder.agentConfiguration(number), what: "the configuration")
        }
    }
}

extension String {
    package func write(to url: URL, what: String) throws(TrainingError) {
        do { try write(to: url, atomically: true, encoding: .utf8) } catch {
            throw TrainingError(.cannotCreate, "\(url.path): \(what) cannot be written there")
        }
    }
}
