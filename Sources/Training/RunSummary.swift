import Foundation

/// What `summary.json` says about a run.
public struct RunSummary: Codable, Equatable, Sendable {
    /// One agent of the run.
    public struct Agent: Codable, Equatable, Sendable {
        /// Its name.
        public var name: String
        /// How many of its updates are in the policy.
        public var updatesApplied: UInt64
        /// How many the gateway refused.
        public var updatesRefused: UInt64
        /// Environment steps behind the applied ones.
        public var steps: UInt64
        /// Bytes to the gateway.
        public var bytesUp: UInt64
        /// Bytes from the gateway.
        public var bytesDown: UInt64
        /// The mean delay δ of the applied updates, in versions; nil without any.
        public var stalenessMean: Double?

        enum CodingKeys: String, CodingKey {
            case name, steps
            case updatesApplied = "updates_applied"
            case updatesRefused = "updates_refused"
            case bytesUp = "bytes_up"
            case bytesDown = "bytes_down"
            case stalenessMean = "staleness_mean"
        }
    }

    /// Why a run ended.
    public enum Exit: String, Codable, Sendable {
        /// All updates of the budget were applied.
        case budget
        /// The return reached the target.
        case target
        /// A signal, such as Ctrl-C.
        case interrupted
        /// A program of the run ended before its time.
        case failed
    }

    /// The task.
    public var environment: String
    /// The server rule.
    public var rule: String
    /// The run's seed.
    public var seed: UInt64
    /// Every agent, also one that contributed nothing.
    public var agents: [Agent]
    /// Updates of all agents that are in the policy.
    public var updatesApplied: UInt64
    /// The version that was evaluated and exported.
    public var policyVersion: UInt64
    /// The mean undiscounted return of the final evaluation of θ with the mean action; nil when there was none.
    public var returnMean: Double?
    /// The sample standard deviation of those returns.
    public var returnStd: Double?
    /// Environment steps behind the applied updates.
    public var steps: UInt64
    /// Wall-clock seconds from the gateway's readiness to the last update.
    public var seconds: Double
    /// Bytes to the gateway.
    public var bytesUp: UInt64
    /// Bytes from the gateway.
    public var bytesDown: UInt64
    /// Why the run ended.
    public var exit: Exit

    enum CodingKeys: String, CodingKey {
        case environment, rule, seed, agents, steps, seconds, exit
        case updatesApplied = "updates_applied"
        case policyVersion = "policy_version"
        case returnMean = "return_mean"
        case returnStd = "return_std"
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
    }

    /// All keys, also those that have no value: null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(environment, forKey: .environment)
        try container.encode(rule, forKey: .rule)
        try container.encode(seed, forKey: .seed)
        try container.encode(agents, forKey: .agents)
        try container.encode(updatesApplied, forKey: .updatesApplied)
        try container.encode(policyVersion, forKey: .policyVersion)
        try container.encode(returnMean, forKey: .returnMean)
        try container.encode(returnStd, forKey: .returnStd)
        try container.encode(steps, forKey: .steps)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(bytesUp, forKey: .bytesUp)
        try container.encode(bytesDown, forKey: .bytesDown)
        try container.encode(exit, forKey: .exit)
    }

    /// Writes the file, or replaces it as a whole.
    public func write(to url: URL) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            var data = try encoder.encode(self)
            data.append(UInt8(ascii: "\n"))
            try data.write(to: url, options: .atomic)
        } catch {
            throw TrainingError(.cannotCreate, "\(url.path): the summary cannot be written")
        }
    }

    /// Reads the file.
    public init(reading url: URL) throws(TrainingError) {
        guard let data = try? Data(contentsOf: url) else {
            throw TrainingError(.missingInput, "\(url.path): there is no summary; the run is going on, or was killed")
        }
        do { self = try JSONDecoder().decode(RunSummary.self, from: data) } catch {
            throw .data(url.path, "this is not the summary of a run")
        }
    }

    public init(
        environment: String, rule: String, seed: UInt64, agents: [Agent], updatesApplied: UInt64,
        policyVersion: UInt64, returnMean: Double?, returnStd: Double?, steps: UInt64, seconds: Double,
        bytesUp: UInt64, bytesDown: UInt64, exit: Exit
    ) {
        self.environment = environment
        self.rule = rule
        self.seed = seed
        self.agents = agents
        self.updatesApplied = updatesApplied
        self.policyVersion = policyVersion
        self.returnMean = returnMean
        self.returnStd = returnStd
        self.steps = steps
        self.seconds = seconds
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.exit = exit
    }

    /// The run in one line, the last that `lapwing train` prints.
    public func line(folder: String) -> String {
        let value = returnMean.map { ProgressLine.fixed($0, 1) } ?? "-"
        let spread = returnStd.map { " ± \(ProgressLine.fixed($0, 1))" } ?? ""
        return "\(environment): return \(value)\(spread) at version \(policyVersion), "
            + "\(agents.count) agents, \(updatesApplied) updates, \(steps) steps, "
            + "\(ProgressLine.fixed(seconds, 1)) s, up \(ProgressLine.bytes(bytesUp)), "
            + "down \(ProgressLine.bytes(bytesDown)), exit \(exit.rawValue), \(folder)"
    }
}
