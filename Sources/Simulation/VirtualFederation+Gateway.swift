import Bounded
import Gateway
import GatewayCore
import enum GatewayCore.GatewayEvent
import Training
import Wire

extension VirtualFederation {
    /// Takes one event to the gateway's core, and carries out what it asks for.
    func handle(_ event: GatewayEvent) {
        gateway.core.handle(event, at: Instant(nanoseconds: now))
        while let action = gateway.core.nextAction() {
            switch action {
            case .send(let connection, let bytes): send([UInt8](bytes), to: connection)
            case .share(let connections, let bytes):
                let copy = [UInt8](bytes)
                for connection in connections { send(copy, to: connection) }
            case .store(let version): store(version)
            case .notify(.skipped(let agent, _, _, _)):
                observer?.skipped(agent: gateway.core.agent(at: agent).agent.name.string)
            case .notify: break
            }
        }
        // A store that takes no time has it before the next message is looked at.
        takeCommits()
    }

    /// What goes to an agent that is gone is lost: the gateway does not know yet.
    private func send(_ bytes: [UInt8], to connection: Connection) {
        guard let agent = agentAtConnection[connection.number] else { return }
        agent.down.send(bytes, over: connection.number, hasVector: false, at: now)
    }

    private func store(_ version: AppliedVersion) {
        if gateway.core.settings.broadcast == .announce {
            let interval = UInt64(gateway.core.settings.announceIntervalMilliseconds) * 1_000_000
            announcesUntil = now + interval + 2 * Self.tickNanoseconds
        }
        beginCommit(of: version.version)
        guard let observer, failure == nil else { return }
        do throws(TrainingError) {
            for contribution in version.contributions {
                guard !contribution.isNotedSkip else {
                    observer.skipped(agent: gateway.core.agent(at: contribution.agent).agent.name.string)
                    continue
                }
                try observer.applied(event(of: contribution, in: version), contribution.identity)
            }
            try observer.versionMade(version.version.number, steps: version.totals.steps)
        } catch {
            failure = error
        }
    }

    private func event(of contribution: Contribution, in version: borrowing AppliedVersion) -> AppliedUpdateEvent {
        let returns = contribution.report.returns
        let totals = gateway.core.totals
        return AppliedUpdateEvent(
            version: version.version.number, agent: gateway.core.agent(at: contribution.agent).agent.name.string,
            delay: contribution.delay, returnMean: returns.episodes > 0 ? returns.mean : nil,
            episodes: Int(returns.episodes), stepsTotal: totals.steps, bytesUp: totals.bytesReceived,
            bytesDown: totals.bytesSent, seconds: VirtualClock.seconds(now), isReused: contribution.isReuse)
    }
}
