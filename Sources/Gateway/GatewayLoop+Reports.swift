import Bounded
import GatewayCore
import ZMQTransport

extension GatewayLoop {
    var totals: Totals {
        Totals(
            steps: core.totals.steps, episodes: core.totals.episodes, skips: core.totals.skips,
            bytesUp: core.totals.bytesReceived, bytesDown: core.totals.bytesSent)
    }

    /// Updates, since the federation began, that replaced a mirror which was not their sender's, and reports refused
    /// because they rest on one.
    private var mirrorMismatches: UInt64 {
        var sum: UInt64 = 0
        for index in 0..<core.agentCount {
            let counters = core.agent(at: index).agent.counters
            sum &+= counters.mirrorMismatches &+ counters.refused(.mirror)
        }
        return sum
    }

    /// What is printed about one report in a version.
    func updateEvent(
        _ applied: borrowing AppliedVersion, _ contribution: Contribution, at now: Instant
    ) -> UpdateEvent {
        let report = contribution.report
        var event = UpdateEvent()
        event.version = applied.update.version.number
        event.name = core.agent(at: contribution.agent).agent.name
        event.epoch = contribution.identity.epoch.number
        event.sequence = contribution.identity.sequence.number
        event.baseVersion = contribution.baseVersion.number
        event.delay = contribution.delay
        event.trajectories = report.trajectories
        event.steps = report.steps
        event.episodes = report.returns.episodes
        event.returnMean = report.returns.mean
        event.returnMinimum = Double(report.returns.minimum)
        event.returnMaximum = Double(report.returns.maximum)
        event.episodeSteps = report.returns.meanSteps
        event.gradientNorm = contribution.gradientNorm
        event.stepLength = applied.update.stepLength
        event.entropy = Double(report.entropy)
        event.computeSeconds = Double(report.computeSeconds)
        event.messageBytes = contribution.messageBytes
        event.isReuse = contribution.isReuse
        event.gateValue = Double(report.gateValue)
        event.gateThreshold = Double(report.gateThreshold)
        event.totals = totals
        event.seconds = now.seconds(since: startTime)
        return event
    }

    mutating func sendStatus(_ now: Instant) {
        var status = StatusEvent()
        status.version = core.version.number
        status.durableVersion = core.durableVersion.number
        status.agents = core.welcomeCount
        status.knownAgents = core.agentCount
        status.totals = totals
        status.traffic = core.traffic
        status.rounds = core.roundCounters
        status.validations = core.validationCount
        status.mirrorMismatches = mirrorMismatches
        status.commits = writer.commitCount
        status.eventsDropped = printer.droppedCount
        status.seconds = now.seconds(since: startTime)
        meter.complete(&status, at: now)
        printer.send(.status(status))
    }

    func stoppedEvent(reason: StaticString, exitCode: ExitCode) -> StoppedEvent {
        StoppedEvent(
            reason: reason, version: core.version.number, updates: meter.updates, totals: totals,
            traffic: core.traffic,
            seconds: Instant.now.seconds(since: startTime), exitCode: exitCode.rawValue)
    }

    /// Tells of handshakes with unknown keys since the last time, as one event.
    mutating func noteRefusedKeys() {
        let new = meter.noteKeysRefused(socket.counters.keysRefused)
        guard new > 0, let last = socket.lastRefused else { return }
        printer.send(.refused(RefusedEvent(reason: "key", key: last.key, address: last.address, count: new)))
    }

    /// Reads the list of allowed keys again; when it cannot be read, the one before stays in force.
    mutating func reloadKeys() {
        guard socket.isSecure else { return }
        do throws(GatewayError) {
            let entries = try AllowedAgents.read(path: plan.allowedKeysPath, maximum: plan.core.knownAgentsMaximum)
            allowedKeys = AllowedAgents.apply(entries, replacing: allowedKeys, to: &socket)
            printer.send(.keys(allowed: allowedKeys.count))
        } catch {
            printer.send(.keysFailed(FixedText(string: error.description)))
        }
    }
}
