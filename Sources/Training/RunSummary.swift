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
        /// How many gradients it did not send, since its gate stayed shut.
        public var updatesSkipped: UInt64 = 0
        /// Environment steps behind the applied ones.
        public var steps: UInt64
        /// Bytes to the gateway, at its socket.
        public var bytesUp: UInt64
        /// Bytes from the gateway, at its socket.
        public var bytesDown: UInt64
        /// The mean delay δ of the applied updates, in versions; nil without any.
        public var stalenessMean: Double?

        package init(
            name: String, updatesApplied: UInt64, updatesRefused: UInt64, updatesSkipped: UInt64 = 0, steps: UInt64,
            bytesUp: UInt64, bytesDown: UInt64, stalenessMean: Double?
        ) {
            self.name = name
            self.updatesApplied = updatesApplied
            self.updatesRefused = updatesRefused
            self.updatesSkipped = updatesSkipped
            self.steps = steps
            self.bytesUp = bytesUp
            self.bytesDown = bytesDown
            self.stalenessMean = stalenessMean
        }

        enum CodingKeys: String, CodingKey {
            case name, steps
            case updatesApplied = "updates_applied"
            case updatesRefused = "updates_refused"
            case updatesSkipped = "updates_skipped"
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
    /// Every learner, also one that contributed nothing.
    public var agents: [Agent]
    /// The agent that the gateway's filter compared with, no learner, whose steps are in no sum; nil without one.
    public var validator: Agent?
    /// The profile, by the name it was asked for; nil without one.
    public var profile: String?
    /// Versions that agents' reports have made: gradients that were sent, and mirrors that were applied once more.
    public var updatesApplied: UInt64
    /// Gradients that were sent and applied.
    public var updatesSent: UInt64
    /// Gradients that were not sent, since an agent's gate stayed shut.
    public var updatesSkipped: UInt64
    /// Those of them in whose place the gateway applied the mirror of what the agent had sent before.
    public var updatesReused: UInt64
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
    /// Bytes to the gateway at its socket: headers, encryption and resends included.
    public var bytesUp: UInt64
    /// Bytes from the gateway at its socket: the same, broadcasts included.
    public var bytesDown: UInt64
    /// The same by kind of message; nil when the gateway did not say.
    public var bytes: WireTraffic?
    /// Why the run ended.
    public var exit: Exit
    /// Seconds of the simulated federation; nil unless the run was simulated.
    public var virtualSeconds: Double?
    /// Whether the agents were simulated in virtual time.
    public var isSimulated: Bool { virtualSeconds != nil }

    enum CodingKeys: String, CodingKey {
        case environment, rule, seed, agents, validator, profile, steps, seconds, bytes, exit, simulated
        case updatesApplied = "updates_applied"
        case updatesSent = "updates_sent"
        case updatesSkipped = "updates_skipped"
        case updatesReused = "updates_reused"
        case policyVersion = "policy_version"
        case returnMean = "return_mean"
        case returnStd = "return_std"
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case virtualSeconds = "virtual_seconds"
    }

    /// All keys, also those that have no value: null; but for those of kinds of runs that this is not.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(environment, forKey: .environment)
        try container.encode(rule, forKey: .rule)
        try container.encode(seed, forKey: .seed)
        try container.encode(agents, forKey: .agents)
        try container.encodeIfPresent(validator, forKey: .validator)
        try container.encode(profile, forKey: .profile)
        try container.encode(updatesApplied, forKey: .updatesApplied)
        try container.encode(updatesSent, forKey: .updatesSent)
        try container.encode(updatesSkipped, forKey: .updatesSkipped)
        try container.encode(updatesReused, forKey: .updatesReused)
        try container.encode(policyVersion, forKey: .policyVersion)
        try container.encode(returnMean, forKey: .returnMean)
        try container.encode(returnStd, forKey: .returnStd)
        try container.encode(steps, forKey: .steps)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(bytesUp, forKey: .bytesUp)
        try container.encode(bytesDown, forKey: .bytesDown)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(exit, forKey: .exit)
        try container.encode(isSimulated, forKey: .simulated)
        try container.encode(virtualSeconds, forKey: .virtualSeconds)
    }

    /// Reads what `encode(to:)` wrote; a summary from before there were simulations has fewer keys.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        environment = try container.decode(String.self, forKey: .environment)
        rule = try container.decode(String.self, forKey: .rule)
        seed = try container.decode(UInt64.self, forKey: .seed)
        agents = try container.decode([Agent].self, forKey: .agents)
        validator = try container.decodeIfPresent(Agent.self, forKey: .validator)
        profile = try container.decodeIfPresent(String.self, forKey: .profile)
        updatesApplied = try container.decode(UInt64.self, forKey: .updatesApplied)
        updatesSent = try container.decode(UInt64.self, forKey: .updatesSent)
        updatesSkipped = try container.decode(UInt64.self, forKey: .updatesSkipped)
        updatesReused = try container.decode(UInt64.self, forKey: .updatesReused)
        policyVersion = try container.decode(UInt64.self, forKey: .policyVersion)
        returnMean = try container.decodeIfPresent(Double.self, forKey: .returnMean)
        returnStd = try container.decodeIfPresent(Double.self, forKey: .returnStd)
        steps = try container.decode(UInt64.self, forKey: .steps)
        seconds = try container.decode(Double.self, forKey: .seconds)
        bytesUp = try container.decode(UInt64.self, forKey: .bytesUp)
        bytesDown = try container.decode(UInt64.self, forKey: .bytesDown)
        bytes = try container.decodeIfPresent(WireTraffic.self, forKey: .bytes)
        exit = try container.decode(Exit.self, forKey: .exit)
        virtualSeconds = try container.decodeIfPresent(Double.self, forKey: .virtualSeconds)
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
        environment: String, rule: String, seed: UInt64, agents: [Agent], profile: String?, updatesApplied: UInt64,
        updatesSkipped: UInt64, updatesReused: UInt64, policyVersion: UInt64, returnMean: Double?, returnStd: Double?,
        steps: UInt64, seconds: Double, bytesUp: UInt64, bytesDown: UInt64, bytes: WireTraffic?, exit: Exit
    ) {
        self.environment = environment
        self.rule = rule
        self.seed = seed
        self.agents = agents
        self.profile = profile
        self.updatesApplied = updatesApplied
        updatesSent = updatesApplied - min(updatesReused, updatesApplied)
        self.updatesSkipped = updatesSkipped
        self.updatesReused = updatesReused
        self.policyVersion = policyVersion
        self.returnMean = returnMean
        self.returnStd = returnStd
        self.steps = steps
        self.seconds = seconds
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.bytes = bytes
        self.exit = exit
    }

    /// The share of gradients that were not sent.
    public var skippedShare: Double {
        let all = updatesSent + updatesSkipped
        return all > 0 ? Double(updatesSkipped) / Double(all) : 0
    }

    /// The run in one line, the last that `lapwing train` prints.
    public func line(folder: String) -> String {
        let value = returnMean.map { ProgressLine.fixed($0, 1) } ?? "-"
        let spread = returnStd.map { " ± \(ProgressLine.fixed($0, 1))" } ?? ""
        return "\(environment): return \(value)\(spread) at version \(policyVersion), "
            + "\(agents.count) agents, \(updatesApplied) updates, "
            + (updatesSkipped > 0 ? "\(ProgressLine.percent(skippedShare)) skipped, " : "") + "\(steps) steps, "
            + (virtualSeconds.map { "\(ProgressLine.fixed($0, 1)) virtual seconds in " } ?? "")
            + "\(ProgressLine.fixed(seconds, 1)) s, up \(ProgressLine.bytes(bytesUp)), "
            + "down \(ProgressLine.bytes(bytesDown)), exit \(exit.rawValue), \(folder)"
    }
}
