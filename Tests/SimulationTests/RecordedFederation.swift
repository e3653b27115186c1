import Bounded
import Foundation
import GatewayCore
import Training
import Wire

@testable import Simulation

/// A small federation in virtual time, and everything that it applied.
final class RecordedFederation: FederationObserver {
    struct Applied: Equatable {
        var version: UInt64
        var agent: String
        var delay: UInt64
        /// Virtual milliseconds.
        var time: Double
    }

    let federation: VirtualFederation
    private(set) var applied: [Applied] = []
    private(set) var identities: [String] = []
    private let workers: WorkerPool
    private let url = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")

    /// Cart-pole, ten steps a batch, versions to the sender alone, but for what `change` makes of it.
    static func options(agents: Int, _ changes: [String] = []) throws -> SimulationOptions {
        var training = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
        training.agents = agents
        training.updates = 1_000_000
        training.broadcast = "reply"
        for change in ["agent.sampling.batch_steps=10", "gateway.policy.hidden=4"] + changes {
            try training.overrides.add(change)
        }
        return SimulationOptions(training: training)
    }

    init(_ options: SimulationOptions) throws {
        let plan = try SimulationPlan(options)
        let folder = try RunFolder.create(in: url, environment: "cartpole", name: "test", seed: options.training.seed)
        _ = try plan.writeConfigurations(in: folder)
        workers = WorkerPool(threads: 1, evaluators: [])
        federation = VirtualFederation(
            agents: try plan.makeAgents(in: folder), gateway: try plan.makeGateway(in: folder), options: plan.options,
            workers: workers)
        federation.observer = self
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Lets virtual time go on up to `seconds`.
    func run(until seconds: Double) throws {
        while try federation.runWindow(until: VirtualClock.nanoseconds(seconds: seconds)) {}
    }

    func applied(_ update: AppliedUpdateEvent, _ identity: UpdateIdentity) throws(TrainingError) {
        applied.append(
            Applied(
                version: update.version, agent: update.agent, delay: update.delay,
                time: (update.seconds * 1e6).rounded() / 1e3))
        identities.append("\(update.agent) \(identity.epoch.number) \(identity.sequence.number)")
    }

    func skipped(agent: String) {}

    func versionMade(_ version: UInt64, steps: UInt64) throws(TrainingError) {}
}
