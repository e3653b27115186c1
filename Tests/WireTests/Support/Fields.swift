import Bounded
import Wire

/// Every field of a message as a line of text, vectors and texts with their bytes: what equality means in these tests.
func fields(of message: AgentMessage) -> [String] {
    switch message {
    case .hello(let hello):
        ["hello", "\(hello.protocolVersion)", text(hello.agentName), "\(hello.bootEpoch.number)",
            "\(hello.codecs.bits)", "\(hello.largestMessageBytes)", "\(optional(hello.newestVersion))",
            text(hello.softwareVersion), "\(hello.lastSequence.number)", text(hello.environmentName),
            "\(hello.federationID)", hello.criticWidths.map { "\($0)" } ?? "no critic"]
            + fields(of: hello.shape)
    case .update(let update):
        ["update", "\(update.isInnovation)"] + fields(of: update.report) + fields(of: update.gradient)
            + (update.critic.map(fields(of:)) ?? ["no critic"]) + ["\(String(describing: update.criticTargets))"]
    case .skip(let skip): ["skip"] + fields(of: skip.report)
    case .fetch(let fetch): ["fetch", optional(fetch.newestVersion)]
    case .progress(let progress):
        ["progress", "\(progress.bootEpoch.number)", "\(progress.baseVersion.number)", "\(progress.batches)"]
    case .goodbye(let goodbye): ["goodbye", "\(goodbye.bootEpoch.number)", text(goodbye.reason)]
    }
}

func fields(of message: GatewayMessage) -> [String] {
    switch message {
    case .welcome(let welcome):
        ["welcome", "\(welcome.protocolVersion)", "\(welcome.settings)", text(welcome.federationName),
            "\(welcome.lastAppliedSequence.number)", "\(welcome.isWaiting)", "\(welcome.newestVersion.number)",
            "\(welcome.federationID)", "\(welcome.specification.logStdMinimum)",
            "\(welcome.specification.logStdMaximum)", "\(welcome.specification.normalisesObservations)"]
            + fields(of: welcome.specification.shape) + (welcome.policy.map(fields(of:)) ?? ["no policy"])
    case .policy(let policy): ["policy"] + fields(of: policy)
    case .announce(let announce): ["announce", "\(announce.version.number)"]
    case .collect(let collect): ["collect", "\(collect.version.number)", "\(collect.restMilliseconds)"]
    case .reject(let reject):
        ["reject", "\(reject.reason)", "\(reject.epoch.number)", "\(reject.sequence.number)",
            "\(reject.retryAfterMilliseconds)", text(reject.detail)]
    }
}

private func fields(of policy: Policy) -> [String] {
    var all = [
        "\(policy.version.number)", "\(String(describing: policy.answer))", "\(policy.gateReference)",
        "\(policy.isRollback)", optional(policy.base), "\(policy.refines)",
    ]
    all += policy.consensus.map(fields(of:)) ?? ["no consensus"]
    all += policy.parameters.map(fields(of:)) ?? ["no parameters"]
    all += policy.normaliser.map { fields(of: $0.mean) + fields(of: $0.scale) + ["\($0.count)"] }
        ?? ["no normaliser"]
    all += policy.critic.map { fields(of: $0.parameters) + ["\($0.targetMean) \($0.targetScale)"] }
        ?? ["no critic"]
    return all
}

private func fields(of report: Report) -> [String] {
    ["\(report.identity)", "\(report.baseVersion.number)", "\(report.trajectories)", "\(report.steps)",
        "\(report.batches)", "\(report.returns)", "\(report.mirrorChecksum)", "\(report.gateValue)",
        "\(report.gateThreshold)",
        "\(report.computeSeconds)", "\(report.freeMemoryBytes)", "\(report.gradientNorm)", "\(report.entropy)",
        "\(report.curvature)",
        report.observations.map { "\($0.count) \(Array($0.mean)) \(Array($0.squaredDeviations))" } ?? "no observations"]
}

private func fields(of shape: PolicyShape) -> [String] {
    ["\(shape.distribution)", "\(shape.observationCount)", "\(shape.actionCount)"]
        + (0..<shape.hiddenWidths.count).map { "\(shape.hiddenWidths[$0])" }
}

private func fields(of vector: PackedVector) -> [String] {
    ["\(vector.codec)", "\(vector.count)", "\(Array(vector.parameters))", "\(Array(vector.data))"]
}

private func text(_ text: FixedText) -> String { text.withBytes { String(decoding: $0, as: UTF8.self) } }

private func optional(_ version: PolicyVersion?) -> String { version.map { "\($0.number)" } ?? "none" }
