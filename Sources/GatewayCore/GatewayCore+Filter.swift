import Aggregation
import Bounded
import GradientCodec
import Wire

// A gradient goes through the filter, then to the rule. What the filter refuses makes no version, and its sender is
// told why; what it keeps for later makes one, so that it is acknowledged like any other.

extension GatewayCore {
    /// Has filter and rule take in the scratch vector; nil when they do not, and the sender was told.
    mutating func fold(_ report: Report, from agent: Int) -> AppliedUpdate? {
        guard settings.filter.kind != .none else {
            return apply(scratch, of: report, from: agent)
        }
        // The scratch vector may become a mirror, which is what was sent, not what was made of it.
        screened.copy(from: scratch)
        // Copies, for the closure is called while the filter is changed.
        let (slots, known) = (agents, agentCount)
        let verdict = filter.screen(screened, from: agent, baseVersion: report.baseVersion, newest: version) {
            $0 < known && slots[$0].isWelcome
        }
        switch verdict {
        case .waiting:
            refuse(agents[agent].connection, agent, .busy, report.identity, isRetryable: true)
            return nil
        case .unusable(let refusal):
            refuse(agents[agent].connection, agent, RejectReason(refusal), report.identity)
            return nil
        case .refused(let refusal):
            rejectDetail = FixedText(refusal.text)
            refuse(agents[agent].connection, agent, .filtered, report.identity)
            // Nothing else may bring it a newer policy, and with the one it has it may be refused for ever.
            if report.baseVersion < durableVersion { queuePolicy(agent) }
            return nil
        case .held(let norm): return rule.hold(gradientNorm: norm, baseVersion: report.baseVersion)
        case .passed(let norm):
            var update = apply(screened, of: report, from: agent)
            update?.gradientNorm = norm
            return update
        case .combined(let norm):
            // The gradients of others are in it, which were acknowledged: it counts, whatever the rule says of it.
            guard case .applied(var update) = rule.apply(gradient: screened, baseVersion: report.baseVersion) else {
                return rule.hold(gradientNorm: norm, baseVersion: report.baseVersion)
            }
            update.gradientNorm = norm
            return update
        }
    }

    private mutating func apply(_ gradient: Vector, of report: Report, from agent: Int) -> AppliedUpdate? {
        switch rule.apply(gradient: gradient, baseVersion: report.baseVersion) {
        case .applied(let update): return update
        case .refused(let refusal):
            refuse(agents[agent].connection, agent, RejectReason(refusal), report.identity)
            return nil
        }
    }

    // MARK: - The validating agent

    /// Whether `agent` is the one whose gradients the filter trusts; nothing of it goes into the policy.
    func isValidator(_ agent: Int) -> Bool {
        guard let validator = settings.validator else { return false }
        return agents[agent].agent.key == validator
    }

    /// Gives the validating agent's gradient to the filter, and its sender the newest policy to sample with next.
    mutating func validate(_ update: Update, from agent: Int) {
        let report = update.report
        if let refusal = refusal(ofBase: report.baseVersion, isNoted: true) ?? refusal(of: update, of: agent) {
            refuse(report, of: agent, refusal)
            return
        }
        if filter.takeValidation(scratch, of: report.baseVersion) { validationCount &+= 1 }
        noteValidation(report, of: agent)
    }

    /// Answers a report of the validating agent. It is no learner's: no sum over agents has it.
    mutating func noteValidation(_ report: Report, of agent: Int) {
        agents[agent].agent.lastSequence = report.identity.sequence
        agents[agent].agent.lastWasSkip = true
        agents[agent].agent.counters.steps &+= UInt64(report.steps)
        agents[agent].agent.counters.episodes &+= UInt64(report.returns.episodes)
        notify(.validated, agent: agent, identity: report.identity)
        queuePolicy(agent, answering: report.identity, .noted, isHeld: report.baseVersion == durableVersion)
    }
}
