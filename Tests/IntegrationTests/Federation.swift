import Foundation

@testable import Training

/// A federation on loopback, provisioned as `lapwing train` does it, whose programs a test starts and stops one by one.
final class Federation {
    let plan: RunPlan
    let folder: RunFolder
    private(set) var endpoint = ""
    private let runs: URL
    private var programs: [Running] = []

    /// A CartPole federation with a tiny policy and batches of 100 steps.
    init(agents: Int, updates: UInt64, changes: [String] = []) throws {
        runs = try Programs.temporaryFolder()
        var options = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
        options.agents = agents
        options.updates = updates
        options.runs = runs
        for change in [
            "gateway.policy.hidden=8 8", "agent.sampling.batch_steps=100", "gateway.federation.agents_min=1",
        ] + changes {
            try options.overrides.add(change)
        }
        plan = try RunPlan(options)
        folder = try RunFolder.create(in: runs, environment: "cartpole", name: "test", seed: 1)
        try plan.provisionKeys(in: folder)
        try plan.writeGatewayConfiguration(in: folder)
    }

    deinit {
        for program in programs { program.send(SIGKILL) }
        for program in programs { _ = try? program.outcome(seconds: 5) }
        try? FileManager.default.removeItem(at: runs)
    }

    /// Starts the gateway and waits until it listens; at `endpoint` when that is given.
    func startGateway(at fixed: String? = nil) throws -> Running {
        var arguments = ["run", "--config", "gateway.conf", "--format", "json"]
        if let fixed { arguments += ["--set", "gateway.endpoint=\(fixed)"] }
        let gateway = try Running(Programs.gateway, arguments, in: folder.url)
        programs.append(gateway)
        var ready: String?
        wait(seconds: 20) {
            for event in events(of: gateway) {
                if case .ready(let found) = event { ready = found }
            }
            return ready != nil || !gateway.isRunning
        }
        guard let ready else { throw Failure("the gateway did not start: \(gateway.errors)") }
        endpoint = ready
        try plan.writeAgentConfigurations(in: folder, endpoint: endpoint)
        return gateway
    }

    /// Starts an agent; `changes` are for its command line, `section.key=value`.
    func startAgent(_ number: Int, changes: [String] = []) throws -> Running {
        let agent = try Running(
            Programs.agent, ["run", "--config", "agent-\(number).conf"] + changes.flatMap { ["--set", $0] },
            in: folder.url)
        programs.append(agent)
        return agent
    }

    /// What a gateway has reported so far.
    func events(of gateway: Running) -> [GatewayEvent] {
        gateway.output.split(separator: "\n").compactMap { GatewayEvent(line: String($0)) }
    }

    /// The updates that a gateway has reported so far.
    func updates(of gateway: Running) -> [AppliedUpdateEvent] {
        events(of: gateway).compactMap { if case .update(let update) = $0 { update } else { nil } }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
