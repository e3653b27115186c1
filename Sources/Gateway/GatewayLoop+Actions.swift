import Bounded
import GatewayCore
import PolicyStore
import Wire
import ZMQTransport

extension GatewayLoop {
    /// Takes one event to the core, and carries out what it asks for.
    mutating func handle(_ event: GatewayEvent, at now: Instant) throws(GatewayError) {
        var goneCount = 0
        core.handle(event, at: now)
        while let action = core.nextAction() {
            do throws(TransportError) { try perform(action, at: now, &goneCount) } catch { throw .transport(error) }
        }
        // The core takes no event before its actions are out. What does not fit is told by the monitor later.
        var index = 0
        while index < goneCount {
            let connection = memory.gone[index]
            index += 1
            core.handle(.connectionGone(connection), at: now)
            while let action = core.nextAction() {
                do throws(TransportError) { try perform(action, at: now, &goneCount) } catch { throw .transport(error) }
            }
        }
    }

    private mutating func perform(
        _ action: GatewayAction, at now: Instant, _ goneCount: inout Int
    ) throws(TransportError) {
        switch action {
        case .send(let connection, let bytes):
            note(try socket.send(bytes, to: ConnectionID(connection.number)), connection, &goneCount)
        case .share(let connections, let bytes):
            try socket.beginShared(bytes)
            defer { socket.endShared() }
            for connection in connections {
                note(try socket.sendShared(to: ConnectionID(connection.number)), connection, &goneCount)
            }
        case .store(let version): store(version, at: now)
        case .notify(let notice): tell(notice, at: now)
        }
    }

    private mutating func note(_ result: SendResult, _ connection: Connection, _ goneCount: inout Int) {
        if result != .sent { core.noteUndelivered(to: connection) }
        guard result == .gone, goneCount < memory.gone.count else { return }
        memory.gone[goneCount] = connection
        goneCount += 1
    }

    /// Copies a version and the agents that contributed to it into the store's slots.
    private mutating func store(_ applied: AppliedVersion, at now: Instant) {
        let time = WallClock.nanoseconds
        var record = VersionRecord(applied, timeNanoseconds: time)
        if let last = applied.contributions.last { record.agent = core.agent(at: last.agent).agent.key }
        writer.append(record, policy: memory.policyView(of: applied))
        for contribution in applied.contributions {
            storeAgent(contribution.agent, timeNanoseconds: time)
            guard !contribution.isNotedSkip else {
                tellSkip(
                    of: contribution.agent, contribution.identity, value: contribution.report.gateValue,
                    threshold: contribution.report.gateThreshold, at: now)
                continue
            }
            meter.count(contribution)
            if printer.printsUpdates { printer.send(.update(updateEvent(applied, contribution, at: now))) }
        }
    }

    /// Has the store take what is known of an agent that was just heard of.
    private func storeAgent(_ index: Int, timeNanoseconds: UInt64) {
        if memory.firstSeen[index] == 0 { memory.firstSeen[index] = timeNanoseconds }
        memory.lastSeen[index] = timeNanoseconds
        noteAgent(index)
    }

    /// An agent whose report waits for others to make a version with is stored with that version, not before.
    private func noteAgent(_ index: Int) {
        if let unstored = core.agent(at: index).unstoredVersion, unstored > core.version { return }
        writer.note(
            AgentRecord(
                core.agent(at: index).agent, firstSeenNanoseconds: memory.firstSeen[index],
                lastSeenNanoseconds: memory.lastSeen[index]),
            slot: index)
    }

    /// Has the store take what is known of every agent, counters included.
    func storeAgents() {
        for index in 0..<core.agentCount { noteAgent(index) }
    }

    private mutating func tell(_ notice: GatewayNotice, at now: Instant) {
        switch notice {
        case .agentJoined(let agent): tellAgent(agent, "joined")
        case .agentReplaced(let agent): tellAgent(agent, "replaced")
        case .agentLeft(let agent, let departure): tellAgent(agent, "left", reason: departure.text)
        case .collectTimedOut(let agent): tellAgent(agent, "late", reason: "collect")
        case .roundTimedOut(let agent): tellAgent(agent, "late", reason: "round")
        case .duplicate: meter.countDuplicate()
        case .skipped(let agent, let identity, let value, let threshold):
            tellSkip(of: agent, identity, value: value, threshold: threshold, at: now)
            storeAgent(agent, timeNanoseconds: WallClock.nanoseconds)
        case .validated(let agent, _): storeAgent(agent, timeNanoseconds: WallClock.nanoseconds)
        case .refused(let agent, _, let reason, let identity):
            guard meter.countRefusal() else { return }
            var event = RefusedEvent(reason: reason.text)
            if let agent {
                event.name = core.agent(at: agent).agent.name
                event.key = core.agent(at: agent).agent.key
            }
            event.sequence = identity?.sequence.number ?? 0
            printer.send(.refused(event))
        case .started: printer.send(.started(agents: core.learnerCount))
        case .finished(let completion):
            printer.send(.finished(reason: completion.text, version: core.version.number))
            phase.beginFarewell(at: now)
        case .drained: storeAgents()
        }
    }

    private mutating func tellSkip(
        of agent: Int, _ identity: UpdateIdentity, value: Float, threshold: Float, at now: Instant
    ) {
        meter.countSkip()
        guard printer.printsUpdates else { return }
        printer.send(
            .skip(
                SkipEvent(
                    name: core.agent(at: agent).agent.name, epoch: identity.epoch.number,
                    sequence: identity.sequence.number, gateValue: Double(value), gateThreshold: Double(threshold),
                    seconds: now.seconds(since: startTime))))
    }

    private func tellAgent(_ index: Int, _ change: StaticString, reason: StaticString = "") {
        let agent = core.agent(at: index).agent
        storeAgent(index, timeNanoseconds: WallClock.nanoseconds)
        printer.send(
            .agent(
                AgentEvent(
                    change: change, reason: reason, name: agent.name, key: agent.key, epoch: agent.epoch.number,
                    agents: core.welcomeCount)))
    }
}
