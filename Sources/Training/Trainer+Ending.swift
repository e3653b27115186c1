import Bounded
import Foundation
import PolicyStore

extension Trainer {
    /// Reads what the run has left, evaluates θ, and writes the policy, the summary and the plot.
    func conclude() throws(TrainingError) -> RunSummary {
        let reader: StoreReader
        do throws(StoreError) { reader = try StoreReader(path: folder.store.path) } catch {
            throw TrainingError(error)
        }
        let stored: StoredPolicy
        let records: [AgentRecord]
        do throws(StoreError) {
            stored = try reader.policy()
            records = try reader.agents()
        } catch {
            throw TrainingError(error)
        }
        let policy = try policyFile(stored, of: reader.federation)
        try policy.write(to: folder.policy)
        var evaluation: Evaluation?
        if exit != .failed {
            evaluation = try Evaluation.run(
                policy, in: plan.options.environment, episodes: plan.options.evaluationEpisodes,
                seed: plan.options.seed, isCancelled: { isImpatient })
        }
        let summary = summary(version: stored.version, agents: records, evaluation: evaluation)
        try summary.write(to: folder.summary)
        if progress.recentReturn != nil {
            let plot = ReturnsPlot(
                folder: folder, title: folder.name, finalReturn: evaluation.map { ($0.mean, $0.deviation) })
            if let warning = plot.draw() { reporter.say(warning) }
        }
        return summary
    }

    private func policyFile(
        _ stored: StoredPolicy, of federation: FederationRecord
    ) throws(TrainingError) -> PolicyFile {
        try PolicyFile(
            environment: plan.options.environment.name, specification: federation.specification, policy: stored,
            observation: plan.options.environment.firstObservation(seed: plan.options.seed),
            provenance: PolicyFile.Provenance(
                run: folder.name, version: stored.version, rule: plan.rule, seed: plan.options.seed,
                configurationHash: configurationHash))
    }

    private func summary(version: UInt64, agents records: [AgentRecord], evaluation: Evaluation?) -> RunSummary {
        let agents = (1...plan.options.agents).map { number in
            let name = RunPlan.agentName(number)
            return RunSummary.Agent(
                name: name, record: records.first { $0.name.string == name } ?? AgentRecord(),
                updatesSkipped: progress.agents[name]?.updatesSkipped ?? 0)
        }
        func total(_ part: (RunSummary.Agent) -> UInt64) -> UInt64 { agents.reduce(0) { $0 + part($1) } }
        var summary = RunSummary(
            environment: plan.options.environment.name, rule: plan.rule, seed: plan.options.seed, agents: agents,
            profile: plan.options.profile?.name, updatesApplied: total(\.updatesApplied),
            updatesSkipped: progress.updatesSkipped, updatesReused: progress.updatesReused, policyVersion: version,
            returnMean: evaluation?.mean, returnStd: evaluation?.deviation, steps: total(\.steps),
            seconds: lastUpdate.seconds(since: started), bytesUp: progress.traffic?.totalUp ?? total(\.bytesUp),
            bytesDown: progress.traffic?.totalDown ?? total(\.bytesDown), bytes: progress.traffic, exit: exit)
        if plan.hasValidator {
            let name = RunPlan.validatorName
            summary.validator = RunSummary.Agent(
                name: name, record: records.first { $0.name.string == name } ?? AgentRecord(), updatesSkipped: 0)
        }
        return summary
    }
}

extension RunSummary.Agent {
    package init(name: String, record: AgentRecord, updatesSkipped: UInt64) {
        self.init(
            name: name, updatesApplied: record.updatesApplied, updatesRefused: record.refusedTotal,
            updatesSkipped: updatesSkipped, steps: record.steps, bytesUp: record.bytesReceived,
            bytesDown: record.bytesSent,
            stalenessMean: record.updatesApplied > 0 ? Double(record.delaySum) / Double(record.updatesApplied) : nil)
    }
}

extension EnvironmentChoice {
    /// The first observation of an episode, as an example for a policy file.
    package func firstObservation(seed: UInt64) throws(TrainingError) -> [Double] {
        var arena = try reserving { () throws(Arena.Refusal) in try Arena(limitBytes: 64 << 20) }
        var environment = try open(arena: &arena)
        return try environment.firstObservation(seed: seed)
    }
}
