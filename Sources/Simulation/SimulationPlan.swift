import Bounded
import Configuration
import Foundation
import Gateway
import PolicyStore
import Training

/// Everything that is decided before a simulation starts: the plan of the run, with what virtual time adds to it.
struct SimulationPlan {
    /// What was asked for.
    let options: SimulationOptions
    /// The run's own plan, with budget and time-outs set.
    let run: RunPlan
    /// When the run ends at the latest.
    let endNanoseconds: UInt64
    /// Environment steps of all agents between two points of the curve.
    let evaluateEvery: UInt64?

    /// **Throws:** `usage` for options out of range, and what opening the environment throws.
    init(_ asked: SimulationOptions) throws(TrainingError) {
        try asked.check()
        var options = asked
        let first = try RunPlan(options.training)
        let batchSteps = RunPlan.batchSteps(first.recipe, first.options)
        let batches = RunPlan.batchesPerReport(first.recipe, first.options)
        let versionsPerBatch = RunPlan.versionsPerBatch(first.recipe, first.options)
        let workSeconds = (1...options.training.agents).map {
            Self.workSeconds(
                of: $0, steps: batches * batchSteps, gradients: batches * Int(versionsPerBatch),
                messages: Int(versionsPerBatch), options)
        }
        let hasStepBudget = options.training.updates != nil || options.training.stepsPerAgent != nil
        if let seconds = options.virtualSeconds, !hasStepBudget {
            // How often each agent samples for a report in so many seconds: what the horizon of schedules follows from.
            let expected = workSeconds.map { seconds / $0 }
            let versions =
                RunPlan.isSynchronous(first.recipe, first.options)
                ? (expected.min() ?? 0) * Double(versionsPerBatch)
                : expected.reduce(0, +) / Double(RunPlan.reportsPerVersion(first.recipe, first.options))
            options.training.updates = UInt64(max(1, min(versions + 1e-6, 1e12)))
            options.training.endsByUpdates = false
        }
        let vectorBytes = Self.vectorBytes(first.gatewaySettings())
        // In rounds the first report is answered when the slowest agent's has come.
        let collects = RunPlan.collects(first.recipe, first.options)
        let hasRounds = collects || RunPlan.isSynchronous(first.recipe, first.options)
        let wait = hasRounds ? workSeconds.max() ?? 0 : 0
        if collects { options.training.gatewayDefaults = Self.collectTimes(waitSeconds: wait) }
        for number in 1...options.training.agents {
            let profile = options.profile(of: number)
            options.training.agentDefaults[number] = Self.timeouts(
                profile, messageBytes: vectorBytes + 256, waitSeconds: wait, options)
            options.training.environmentOptions[number] = profile.environmentOptions
        }
        let run = try RunPlan(options.training)
        self.run = run
        endNanoseconds = options.virtualSeconds.map { VirtualClock.nanoseconds(seconds: $0) } ?? VirtualClock.never - 1
        let reports = Double(run.updates) * Double(RunPlan.reportsPerVersion(run.recipe, run.options))
        let steps = reports / Double(versionsPerBatch) * Double(batches * batchSteps)
        evaluateEvery = options.evaluateEverySeconds != nil
            ? nil : options.evaluateEvery ?? UInt64(min(max(1, steps / 40), 1e18))
        self.options = options
    }

    /// From the beginning of what an agent samples for a report to the next one, but for what its bytes take.
    private static func workSeconds(
        of number: Int, steps: Int, gradients: Int, messages: Int, _ options: SimulationOptions
    ) -> Double {
        let profile = options.profile(of: number)
        let work = Double(steps) * options.stepSeconds + Double(gradients) * options.gradientSeconds
        let transit = profile.up.transitSeconds(bytes: 0, hasVector: true)
            + profile.down.transitSeconds(bytes: 0, hasVector: false)
        return work * profile.slowness + Double(messages) * transit
    }

    /// What keeps an agent at a slow link, or in a slow round, from sending again what is only not answered yet.
    private static func timeouts(
        _ profile: DeviceProfile, messageBytes: Int, waitSeconds: Double, _ options: SimulationOptions
    ) -> SettingList {
        let seconds =
            profile.up.transitSeconds(bytes: messageBytes, hasVector: true)
            + profile.down.transitSeconds(bytes: messageBytes, hasVector: false) + options.commitMilliseconds * 1e-3
            + waitSeconds
        let milliseconds = Int(min((3e3 * seconds).rounded(.up), 600_000))
        var list: SettingList = []
        if milliseconds > 2_000 { list.set("uplink", "resend_interval_ms", milliseconds) }
        if milliseconds > 5_000 { list.set("network", "handshake_interval_ms", milliseconds) }
        return list
    }

    /// What keeps the gateway from giving up, or asking again, agents whose means are still on their way.
    private static func collectTimes(waitSeconds: Double) -> SettingList {
        let milliseconds = Int(min((3e3 * waitSeconds).rounded(.up), 3_600_000))
        var list: SettingList = []
        if milliseconds > 60_000 { list.set("aggregation", "collect_timeout_ms", milliseconds) }
        if milliseconds > 1_000 { list.set("aggregation", "collect_resend_ms", milliseconds) }
        return list
    }

    /// What a policy takes at most, and with it a shared critic.
    private static func vectorBytes(_ settings: SettingList) -> Int {
        func number(_ key: String) -> Int { settings.value("policy", key).flatMap { Int($0) } ?? 1 }
        func network(_ section: String, _ distribution: String, outputs: Int) -> StoredSpecification {
            StoredSpecification(
                distribution: distribution, observationCount: number("observation_count"), actionCount: outputs,
                hidden: (settings.value(section, "hidden") ?? "64 64").split(separator: " ").compactMap { Int($0) },
                logStdMinimum: 0, logStdMaximum: 0, observationNormalisation: false)
        }
        let policy = network(
            "policy", settings.value("policy", "distribution") ?? "gaussian", outputs: number("action_count"))
        guard settings.value("critic", "shared") == "true" else { return 4 * policy.parameterCount }
        return 4 * (policy.parameterCount + network("critic", "softmax", outputs: 1).parameterCount)
    }

    // MARK: - What the programs would read

    /// Writes the configurations into `folder`, and returns the hash over their effective values.
    ///
    /// **Throws:** the error of the first configuration that makes no sense.
    func writeConfigurations(in folder: RunFolder) throws(TrainingError) -> String {
        try options.text(evaluateEvery: evaluateEvery)
            .write(to: folder.url.appending(path: "simulation.conf"), what: "what is simulated")
        try run.copyProfile(to: folder)
        try run.writeGatewayConfiguration(in: folder, by: "simulate")
        try run.writeAgentConfigurations(in: folder, endpoint: "tcp://127.0.0.1:1", by: "simulate")
        return try run.writeEffectiveConfiguration(in: folder)
    }

    /// The gateway that the configuration in `folder` describes.
    func makeGateway(in folder: RunFolder) throws(TrainingError) -> SimulatedGateway {
        let path = try FixedText(checking: folder.gatewayConfiguration.path)
        let configuration: GatewayConfiguration
        do throws(ConfigurationError) { configuration = try ConfigurationFile.loadGateway(path) } catch {
            throw TrainingError(error)
        }
        var plan: GatewayPlan
        do throws(GatewayError) { plan = try GatewayPlan(configuration) } catch { throw TrainingError(error) }
        // No list of keys says whose that name is.
        if let number = run.agentNumbers.first(where: { run.name(of: $0) == plan.validatorName.string }) {
            plan.core.validator = SimulatedAgent.key(number, seed: options.training.seed)
        }
        return try SimulatedGateway(plan)
    }

    /// The agents that the configurations in `folder` describe; their programs are not started yet.
    func makeAgents(in folder: RunFolder) throws(TrainingError) -> [SimulatedAgent] {
        var agents: [SimulatedAgent] = []
        for number in run.agentNumbers {
            let path = try FixedText(checking: folder.agentConfiguration(number).path)
            do throws(ConfigurationError) {
                let configuration = try ConfigurationFile.loadAgent(path)
                agents.append(SimulatedAgent(number: number, configuration: configuration, options: options))
            } catch {
                throw TrainingError(error)
            }
        }
        return agents
    }
}
