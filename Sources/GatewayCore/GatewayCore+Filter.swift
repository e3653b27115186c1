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
        switch filter.screen(screened, from: agent, baseVersion: report.baseVersion, newest: version) {
        case .waiting:
            refuse(agents[agent].connection, agent, .busy, report.identity, isRetryable: true)
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

    /// Asks for a gradient of the gateway's own when the filter needs one.
    mutating func askForValidation() {
        guard settings.filter.kind == .zeno, hasStarted, completion == nil, !isStopping else { return }
        if filter.takeValidationRequest() { actions.append(PendingAction(.validate)) }
    }
}
