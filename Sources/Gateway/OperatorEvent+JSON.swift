import GatewayCore

extension OperatorEvent {
    /// The event as one line of JSON; `docs/events.md` documents each field.
    var json: String {
        switch self {
        case .ready(let event): event.json
        case .agent(let event): event.json
        case .started(let agents):
            Self.line("started") { $0.add("agents", agents) }
        case .update(let event): event.json
        case .skip(let event): event.json
        case .refused(let event): event.json
        case .status(let event): event.json
        case .keys(let allowed):
            Self.line("keys") { $0.add("allowed", allowed) }
        case .keysFailed(let detail):
            Self.line("keys") { $0.add("error", detail) }
        case .storeTrouble(let detail):
            Self.line("store") {
                $0.add("state", "retrying")
                $0.add("error", detail)
            }
        case .mirrorLost(let detail):
            Self.line("mirror") { $0.add("error", detail) }
        case .storeRecovered:
            Self.line("store") { $0.add("state", "working") }
        case .finished(let reason, let version):
            Self.line("finished") {
                $0.add("reason", reason)
                $0.add("version", version)
            }
        case .stopping(let reason):
            Self.line("stopping") { $0.add("reason", reason) }
        case .stopped(let event): event.json
        }
    }

    private static func line(_ name: String, _ body: (inout JSONLine) -> Void) -> String {
        var line = JSONLine(event: name)
        body(&line)
        return line.line
    }
}

extension ReadyEvent {
    var json: String {
        var line = JSONLine(event: "ready")
        line.add("endpoint", endpoint)
        line.add("public_key", publicKey)
        line.add("insecure", isInsecure)
        line.add("federation", federation)
        line.add("federation_id", hexadecimal: federationID)
        line.add("version", version)
        line.add("parameters", parameterCount)
        line.add("allowed_keys", allowedKeys)
        line.add("known_agents", knownAgents)
        line.add("store", store)
        line.add("durability", isDurable ? "durable" : "volatile")
        line.add("configuration_hash", hexadecimal: configurationHash)
        line.add("memory_bytes", memoryBytes)
        return line.line
    }
}

extension AgentEvent {
    var json: String {
        var line = JSONLine(event: "agent")
        line.add("change", change)
        if reason.utf8CodeUnitCount > 0 { line.add("reason", reason) }
        line.add("agent", name)
        line.add("key", key)
        line.add("epoch", epoch)
        line.add("agents", agents)
        return line.line
    }
}

extension UpdateEvent {
    var json: String {
        var line = JSONLine(event: "update")
        line.add("version", version)
        line.add("agent", name)
        line.add("epoch", epoch)
        line.add("sequence", sequence)
        line.add("base_version", baseVersion)
        line.add("delay", delay)
        line.add("trajectories", trajectories)
        line.add("steps", steps)
        line.add("episodes", episodes)
        line.add("return", episodes > 0 ? returnMean : .nan)
        line.add("return_minimum", episodes > 0 ? returnMinimum : .nan)
        line.add("return_maximum", episodes > 0 ? returnMaximum : .nan)
        line.add("episode_steps", episodes > 0 ? episodeSteps : .nan)
        line.add("gradient_norm", gradientNorm)
        line.add("step_length", stepLength)
        line.add("entropy", entropy)
        line.add("compute_seconds", computeSeconds)
        line.add("message_bytes", messageBytes)
        line.add("reused", isReuse)
        line.add("gate_value", gateValue)
        line.add("gate_threshold", gateThreshold)
        line.add(totals)
        line.add("seconds", seconds)
        return line.line
    }
}

extension SkipEvent {
    var json: String {
        var line = JSONLine(event: "skip")
        line.add("agent", name)
        line.add("epoch", epoch)
        line.add("sequence", sequence)
        line.add("gate_value", gateValue)
        line.add("gate_threshold", gateThreshold)
        line.add("seconds", seconds)
        return line.line
    }
}

extension RefusedEvent {
    var json: String {
        var line = JSONLine(event: "refused")
        line.add("reason", reason)
        if !name.isEmpty { line.add("agent", name) }
        line.add("key", key)
        if !address.isEmpty { line.add("address", address) }
        if sequence > 0 { line.add("sequence", sequence) }
        line.add("count", count)
        return line.line
    }
}

extension StatusEvent {
    var json: String {
        var line = JSONLine(event: "status")
        line.add("version", version)
        line.add("durable_version", durableVersion)
        line.add("agents", agents)
        line.add("known_agents", knownAgents)
        line.add("updates", updates)
        line.add("updates_per_second", updatesPerSecond)
        line.add("return", returnMean)
        line.add("delay_mean", delayMean)
        line.add(totals)
        line.add("duplicates", duplicates)
        line.add("skips", skips)
        line.add("reused", reused)
        line.add("skipped_share", skippedShare)
        line.add("mirror_mismatches", mirrorMismatches)
        line.add(traffic)
        if rounds.rounds > 0 {
            line.add("rounds", rounds.rounds)
            line.add("round_batches", rounds.batches)
            line.add("collects", rounds.collects)
            line.add("collect_timeouts", rounds.timeouts)
            line.add("progress_ignored", rounds.progressIgnored)
        }
        if rounds.lateReports > 0 { line.add("late_reports", rounds.lateReports) }
        if validations > 0 { line.add("validations", validations) }
        line.add("refused", refused)
        line.add("keys_refused", keysRefused)
        line.add("commits", commits)
        line.add("events_dropped", eventsDropped)
        line.add("seconds", seconds)
        return line.line
    }
}

extension StoppedEvent {
    var json: String {
        var line = JSONLine(event: "stopped")
        line.add("reason", reason)
        line.add("version", version)
        line.add("updates", updates)
        line.add(totals)
        line.add(traffic)
        line.add("seconds", seconds)
        line.add("exit", exitCode)
        return line.line
    }
}

extension JSONLine {
    /// Bytes by direction and kind; kinds without a byte are left out.
    mutating func add(_ traffic: GatewayTraffic) {
        func list(_ isFromAgent: Bool) -> String {
            let kinds = MessageKind.allCases.filter { $0.isFromAgent == isFromAgent && traffic.bytes(of: $0) > 0 }
            return kinds.map { "\"\($0.text)\":\(traffic.bytes(of: $0))" }.joined(separator: ",")
        }
        add("bytes", object: "{\"up\":{\(list(true))},\"down\":{\(list(false))}}")
        add("bytes_repeated", traffic.repeatedBytes)
    }

    mutating func add(_ totals: Totals) {
        add("steps_total", totals.steps)
        add("episodes_total", totals.episodes)
        add("skips_total", totals.skips)
        add("bytes_up", totals.bytesUp)
        add("bytes_down", totals.bytesDown)
    }
}
