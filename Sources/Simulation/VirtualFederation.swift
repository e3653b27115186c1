import AgentCore
import Bounded
import GatewayCore
import PolicyStore
import Training
import Wire

/// A gateway and its agents in virtual time.
///
/// Time goes on in windows. Each ends at the first moment at which anything but sampling can happen: a message
/// arrives, a batch is whole, somebody is to try again, a version becomes durable. Up to there no agent can hear of
/// another, so all of them sample at once, on as many threads as there are; what happens at that moment then happens on
/// one thread, in an order that depends on nothing but the seed. So the result is the same on any number of threads.
///
/// Purpose: to run the cores of the real programs, with the real bytes between them, faster than time.
/// Not its purpose: files, plots and budgets (`Simulator`).
final class VirtualFederation {
    /// How often the gateway is told that time passes.
    static let tickNanoseconds: UInt64 = 50_000_000
    /// How often, when nothing that has to be on time depends on it.
    static let idleTickNanoseconds: UInt64 = 5_000_000_000

    let agents: [SimulatedAgent]
    /// Those beside the gateway first: of messages that arrive at once, theirs are heard before all others.
    private let hearingOrder: [SimulatedAgent]
    let gateway: SimulatedGateway
    /// The moment up to which everything has happened.
    private(set) var now: UInt64 = 0
    weak var observer: (any FederationObserver)?

    /// Who tampers with what agents send; nil: nobody.
    var adversaries: AdversaryCrew?
    private let workers: WorkerPool
    private let commitNanoseconds: UInt64
    /// Agents by their connections.
    var agentAtConnection: [UInt32: SimulatedAgent] = [:]
    private var connectionCount: UInt32 = 0
    private var plannedEvents: [PlannedEvent]
    /// Versions that the store is writing, and when it has them.
    var commits: [(due: UInt64, version: PolicyVersion)] = []
    private var firstCommit = 0
    private var nextTick: UInt64 = 0
    /// Until when an announcement may be due that no event has brought.
    var announcesUntil: UInt64 = 0
    /// What the observer threw while the core's actions were carried out.
    var failure: TrainingError?
    private var busy: [SimulatedAgent] = []

    init(
        agents: [SimulatedAgent], gateway: SimulatedGateway, options: SimulationOptions, workers: WorkerPool
    ) {
        self.agents = agents
        hearingOrder = agents.filter(\.isBesideGateway) + agents.filter { !$0.isBesideGateway }
        self.gateway = gateway
        self.workers = workers
        commitNanoseconds = VirtualClock.nanoseconds(seconds: options.commitMilliseconds * 1e-3)
        let heartbeat = agents.map { UInt64($0.configuration.network.heartbeatTimeoutMilliseconds) * 1_000_000 }
        plannedEvents = PlannedEvent.all(agents: agents.count, dropouts: options.dropouts, heartbeats: heartbeat)
    }

    // MARK: - Windows

    /// Lets everything happen up to the next moment at which something does; false when that is after `end`, or never.
    ///
    /// **Throws:** what ends an agent before its time, what a restarted agent ends with, and what the observer throws.
    func runWindow(until end: UInt64) throws(TrainingError) -> Bool {
        let time = nextEvent
        guard time <= end, time < VirtualClock.never else { return false }
        sample(until: time)
        now = time
        try settle()
        return true
    }

    /// Whether the work is done: a budget of the gateway's own is used up.
    var isFinished: Bool { gateway.core.completion != nil }

    /// Whether anything can happen any more.
    var goesOn: Bool { nextEvent < VirtualClock.never }

    private var nextEvent: UInt64 {
        var next = min(plannedEvents.last?.time ?? VirtualClock.never, tickTime)
        if firstCommit < commits.count { next = min(next, commits[firstCommit].due) }
        for agent in agents { next = min(next, agent.up.nextArrival, agent.nextEvent) }
        return max(next, now)
    }

    private func sample(until time: UInt64) {
        busy.removeAll(keepingCapacity: true)
        for agent in agents where agent.isBusy(before: time) { busy.append(agent) }
        workers.advance(busy, to: time)
    }

    /// Lets everything happen that happens now, until nothing is left.
    private func settle() throws(TrainingError) {
        var isBusy = true
        while isBusy {
            isBusy = try carryOutPlans()
            if takeCommits() { isBusy = true }
            if takeMessages() { isBusy = true }
            tickIfDue()
            for agent in agents {
                let isBusyAgent = agent.settle(at: now) { frame in
                    adversaries?.outgoing(frame, from: agent.number) ?? [UInt8](frame)
                }
                if isBusyAgent { isBusy = true }
            }
            if let failure { throw failure }
        }
        try checkEndings()
    }

    // MARK: - What happens at a moment

    private func carryOutPlans() throws(TrainingError) -> Bool {
        var isBusy = false
        while let plan = plannedEvents.last, plan.time <= now {
            plannedEvents.removeLast()
            isBusy = true
            let agent = agents[plan.agent - 1]
            switch plan.kind {
            case .start:
                connectionCount += 1
                try agent.start(over: connectionCount, at: now)
                agentAtConnection[connectionCount] = agent
                gateway.core.noteHandshakes(1)
            case .failure:
                plannedEvents.append(
                    PlannedEvent(time: now + plan.silence, agent: plan.agent, kind: .silence(agent.connection)))
                plannedEvents.sort()
                agentAtConnection[agent.connection] = nil
                agent.fail(at: now)
            case .silence(let connection): handle(.connectionGone(Connection(connection)))
            }
        }
        return isBusy
    }

    private func takeMessages() -> Bool {
        var isBusy = false
        while true {
            // Who sent first is heard first; of those who sent at once, the one with the lower number.
            var earliest: SimulatedAgent?
            for agent in hearingOrder where agent.up.nextArrival < (earliest?.up.nextArrival ?? VirtualClock.never) {
                earliest = agent
            }
            guard let agent = earliest, let frame = agent.up.receive(at: now) else { return isBusy }
            isBusy = true
            frame.bytes.withUnsafeBytes {
                handle(.message(from: Connection(frame.connection), key: agent.key, bytes: $0))
            }
        }
    }

    /// Tells the gateway what the store has by now; false when that is nothing new.
    @discardableResult
    func takeCommits() -> Bool {
        guard firstCommit < commits.count, commits[firstCommit].due <= now else { return false }
        var newest = commits[firstCommit].version
        while firstCommit < commits.count, commits[firstCommit].due <= now {
            newest = commits[firstCommit].version
            firstCommit += 1
        }
        if firstCommit == commits.count {
            commits.removeAll(keepingCapacity: true)
            firstCommit = 0
        }
        handle(.stored(upTo: newest))
        return true
    }

    /// The store begins to write a version.
    func beginCommit(of version: PolicyVersion) {
        guard gateway.core.settings.durability == .durable else { return }
        commits.append((now + commitNanoseconds, version))
    }

    private var tickTime: UInt64 {
        let next =
            announcesUntil > now
            ? max(nextTick, now) : (now / Self.idleTickNanoseconds + 1) * Self.idleTickNanoseconds
        guard let deadline = gateway.core.roundDeadline else { return next }
        return min(next, max(deadline.nanoseconds, now))
    }

    private func tickIfDue() {
        let isOver = gateway.core.roundDeadline.map { now >= $0.nanoseconds } ?? false
        guard isOver || now >= nextTick else { return }
        nextTick = (now / Self.tickNanoseconds + 1) * Self.tickNanoseconds
        handle(.tick)
    }

    private func checkEndings() throws(TrainingError) {
        guard !isFinished else { return }
        for agent in agents {
            if let ending = agent.process?.core.ending {
                throw TrainingError(.internalError, "\(agent.configuration.name.string) ended: \(ending)")
            }
        }
    }
}
