import Bounded
import Foundation
import Gateway
import GatewayCore
import PolicyStore
import Training

extension Simulator {
    /// Evaluates the last θ, and writes the policy, the rest of the curve, the summary and the plot.
    func conclude() throws(TrainingError) -> RunSummary {
        let gateway = federation.gateway
        let version = gateway.core.version.number
        if exit != .failed, curve.newestVersion != version { addPoint() }
        try curve.finish()
        let last = gateway.newestPolicy()
        try policyFile(last, version: version).write(to: folder.policy)
        var evaluation: Evaluation?
        if exit != .failed, let evaluator = evaluators.first {
            evaluator.load(last.parameters, normaliserMean: last.normaliserMean, normaliserScale: last.normaliserScale)
            evaluation = try evaluator.run(
                episodes: plan.run.options.evaluationEpisodes, seed: plan.run.options.seed,
                isCancelled: { isInterrupted })
        }
        let summary = summary(version: version, evaluation: evaluation)
        try summary.write(to: folder.summary)
        if progress.recentReturn != nil {
            let plot = ReturnsPlot(
                folder: folder, title: folder.name, finalReturn: evaluation.map { ($0.mean, $0.deviation) })
            if let warning = plot.draw() { reporter.say(warning) }
        }
        return summary
    }

    private func policyFile(_ policy: PolicySnapshot, version: UInt64) throws(TrainingError) -> PolicyFile {
        let options = plan.run.options
        let stored = StoredPolicy(
            version: version, theta: policy.parameters, lookahead: policy.parameters,
            normaliserMean: policy.normaliserMean, normaliserScale: policy.normaliserScale)
        return try PolicyFile(
            environment: options.environment.name, specification: federation.gateway.plan.storedSpecification,
            policy: stored, observation: options.environment.firstObservation(seed: options.seed),
            provenance: PolicyFile.Provenance(
                run: folder.name, version: version, rule: plan.run.rule, seed: options.seed,
                configurationHash: configurationHash))
    }

    private func summary(version: UInt64, evaluation: Evaluation?) -> RunSummary {
        let core = federation.gateway.core.totals
        let agents = (1...plan.run.options.agents).map { agentSummary(RunPlan.agentName($0)) }
        let traffic = WireTraffic(federation.gateway.core.traffic)
        var summary = RunSummary(
            environment: plan.run.options.environment.name, rule: plan.run.rule, seed: plan.run.options.seed,
            agents: agents, profile: plan.run.options.profile?.name, updatesApplied: progress.updatesApplied,
            updatesSkipped: progress.updatesSkipped, updatesReused: progress.updatesReused, policyVersion: version,
            returnMean: evaluation?.mean, returnStd: evaluation?.deviation, steps: core.steps,
            seconds: Instant.now.seconds(since: started), bytesUp: traffic.totalUp, bytesDown: traffic.totalDown,
            bytes: traffic, exit: exit)
        if plan.run.hasValidator { summary.validator = agentSummary(RunPlan.validatorName) }
        summary.virtualSeconds =
            exit == .budget && !federation.isFinished ? plan.options.virtualSeconds ?? virtualSeconds : virtualSeconds
        return summary
    }

    private func agentSummary(_ name: String) -> RunSummary.Agent {
        let skipped = progress.agents[name]?.updatesSkipped ?? 0
        for index in 0..<federation.gateway.core.agentCount {
            let agent = federation.gateway.core.agent(at: index).agent
            guard agent.name.string == name else { continue }
            let counters = agent.counters
            return RunSummary.Agent(
                name: name, updatesApplied: counters.applied, updatesRefused: counters.refusedTotal,
                updatesSkipped: skipped, steps: counters.steps, bytesUp: counters.bytesReceived,
                bytesDown: counters.bytesSent,
                stalenessMean: counters.applied > 0 ? Double(counters.delaySum) / Double(counters.applied) : nil)
        }
        return RunSummary.Agent(
            name: name, updatesApplied: 0, updatesRefused: 0, steps: 0, bytesUp: 0, bytesDown: 0, stalenessMean: nil)
    }
}

extension WireTraffic {
    /// The gateway's counts, as its events would spell them.
    init(_ traffic: GatewayTraffic) {
        self.init()
        for kind in MessageKind.allCases where traffic.bytes(of: kind) > 0 {
            if kind.isFromAgent {
                up["\(kind.text)"] = traffic.bytes(of: kind)
            } else {
                down["\(kind.text)"] = traffic.bytes(of: kind)
            }
        }
    }
}
