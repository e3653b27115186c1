import Aggregation
import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// Decodes a frame and passes it on; what cannot be decoded is answered once and counted.
    mutating func receive(
        _ bytes: UnsafeRawBufferPointer, from connection: Connection, key: AgentKey?, at now: Instant
    ) {
        let sender = sender(at: connection, key: key)
        totals.bytesReceived &+= UInt64(bytes.count)
        if let sender {
            agents[sender].lastHeard = now
            agents[sender].agent.counters.bytesReceived &+= UInt64(bytes.count)
        } else {
            strangers.bytesReceived &+= UInt64(bytes.count)
        }
        let message: AgentMessage
        do throws(WireError) {
            message = try decoder.decodeAgentMessage(bytes)
        } catch {
            rejectDetail = error.text
            refuse(connection, sender, error.kind == .notFinite ? .notFinite : .malformed, nil)
            return
        }
        if case .hello(let hello) = message {
            receive(hello, from: connection, key: key, at: now)
            return
        }
        guard let sender else {
            refuse(connection, nil, .notWelcomed, message.identity)
            return
        }
        switch message {
        case .hello: break
        case .update(let update): receive(update, from: sender, messageBytes: bytes.count)
        case .skip(let skip): receive(skip, from: sender)
        case .fetch(let fetch): receive(fetch, from: sender)
        case .goodbye(let goodbye):
            if goodbye.bootEpoch == agents[sender].agent.epoch { leave(sender, .goodbye) }
        }
    }

    /// The welcome agent at `connection`, unless another key speaks from there now.
    private mutating func sender(at connection: Connection, key: AgentKey?) -> Int? {
        guard let agent = connections.agent(at: connection) else { return nil }
        if let key, key != agents[agent].agent.key {
            leave(agent, .connectionGone)
            return nil
        }
        return agent
    }

    private mutating func receive(_ fetch: Fetch, from agent: Int) {
        guard hasStarted else {
            refuse(agents[agent].connection, agent, .busy, nil, isRetryable: true)
            return
        }
        queuePolicy(agent, isHeld: fetch.newestVersion == durableVersion)
    }

    private mutating func receive(_ skip: Skip, from agent: Int) {
        let report = skip.report
        guard admits(report, of: agent) else { return }
        if let refusal = refusal(ofBase: report.baseVersion, isSkip: true) {
            rejectDetail = detail(of: refusal, report)
            refuse(agents[agent].connection, agent, refusal, report.identity)
            return
        }
        agents[agent].agent.lastSequence = report.identity.sequence
        agents[agent].agent.lastWasSkip = true
        agents[agent].agent.counters.skips &+= 1
        countSampling(report, of: agent)
        notify(.skipped, agent: agent, identity: report.identity)
        queuePolicy(agent, answering: report.identity, .noted)
        noteCompletion()
    }

    private mutating func receive(_ update: Update, from agent: Int, messageBytes: Int) {
        let report = update.report
        guard admits(report, of: agent) else { return }
        if let refusal = refusal(ofBase: report.baseVersion, isSkip: false) ?? refusal(of: update) {
            rejectDetail = detail(of: refusal, report)
            refuse(agents[agent].connection, agent, refusal, report.identity)
            return
        }
        guard unstored.hasRoom else {
            refuse(agents[agent].connection, agent, .busy, report.identity, isRetryable: true)
            return
        }
        switch rule.apply(gradient: scratch, baseVersion: report.baseVersion) {
        case .refused(let refusal):
            refuse(agents[agent].connection, agent, RejectReason(refusal), report.identity)
        case .applied(let applied):
            contribute(report, from: agent, to: applied, messageBytes: messageBytes)
            makeVersion(applied)
        }
    }

    /// Whether a report is the next of its agent; if not, it is answered here.
    private mutating func admits(_ report: Report, of agent: Int) -> Bool {
        let epoch = agents[agent].agent.epoch
        let lastSequence = agents[agent].agent.lastSequence
        let connection = agents[agent].connection
        guard report.identity.epoch == epoch else {
            // A newer boot has to say Hello first.
            let reason: RejectReason = report.identity.epoch < epoch ? .oldEpoch : .notWelcomed
            refuse(connection, agent, reason, report.identity)
            return false
        }
        if report.identity.sequence == lastSequence {
            answerAgain(report.identity, of: agent)
            return false
        }
        guard report.identity.sequence > lastSequence else {
            refuse(connection, agent, .sequence, report.identity)
            return false
        }
        guard completion == nil, !isStopping else {
            refuse(connection, agent, .stopping, report.identity, isRetryable: completion == nil)
            return false
        }
        guard hasStarted else {
            refuse(connection, agent, .busy, report.identity, isRetryable: true)
            return false
        }
        return true
    }

    /// Answers a report that was taken in before: at once, or, while the store has not got it yet, with the store.
    private mutating func answerAgain(_ identity: UpdateIdentity, of agent: Int) {
        agents[agent].agent.counters.duplicates &+= 1
        notify(.duplicate, agent: agent, identity: identity)
        let isInFlight = agents[agent].newestVersion > durableVersion && !agents[agent].agent.lastWasSkip
        if !isInFlight { queuePolicy(agent, answering: identity, .duplicate) }
    }

    private func refusal(ofBase base: PolicyVersion, isSkip: Bool) -> RejectReason? {
        // Only durable versions were ever sent out.
        if base > durableVersion { return .futureVersion }
        if !isSkip && version.number - base.number > settings.stalenessMaximum { return .stale }
        return nil
    }

    /// Unpacks gradient and statistics into scratch memory, and finds what is wrong with them.
    private func refusal(of update: Update) -> RejectReason? {
        guard acceptedCodecs.contains(update.gradient.codec) else { return .codec }
        guard update.gradient.count == scratch.count else { return .shape }
        do throws(CodecError) {
            try update.gradient.codec.decode(
                count: update.gradient.count, parameters: update.gradient.parameters, data: update.gradient.data,
                into: scratch)
        } catch {
            return error == .notFinite ? .notFinite : .malformed
        }
        guard settings.policy.normalisesObservations, let statistics = update.report.observations else { return nil }
        guard statistics.elementCount == settings.policy.shape.observationCount else { return .shape }
        for index in 0..<statistics.elementCount {
            observationScratch.mean.base[index] = statistics.mean(at: index)
            observationScratch.squaredDeviations.base[index] = statistics.squaredDeviations(at: index)
        }
        let isSound = observations.accepts(
            count: statistics.count, mean: observationScratch.mean,
            squaredDeviations: observationScratch.squaredDeviations)
        return isSound ? nil : .notFinite
    }

    /// Counts a report as part of version `update.version`; it is acknowledged when the store has that.
    private mutating func contribute(
        _ report: Report, from agent: Int, to update: AppliedUpdate, messageBytes: Int, isReuse: Bool = false
    ) {
        if settings.policy.normalisesObservations, let statistics = report.observations {
            observations.merge(
                count: statistics.count, mean: observationScratch.mean,
                squaredDeviations: observationScratch.squaredDeviations)
        }
        var contribution = Contribution(agent: agent, report: report, messageBytes: messageBytes)
        contribution.report.observations = nil
        contribution.delay = update.delay
        contribution.gradientNorm = update.gradientNorm
        contribution.isReuse = isReuse
        contributions[contributionCount] = contribution
        contributionCount += 1
        unstored.append(
            UnstoredReports.Entry(
                version: update.version, agent: Int32(agent), isReuse: isReuse, epoch: report.identity.epoch,
                sequence: report.identity.sequence))
        agents[agent].newestVersion = update.version
        agents[agent].agent.lastSequence = report.identity.sequence
        agents[agent].agent.lastWasSkip = false
        agents[agent].agent.counters.applied &+= 1
        agents[agent].agent.counters.delaySum &+= update.delay
        agents[agent].agent.counters.delayMaximum = max(agents[agent].agent.counters.delayMaximum, update.delay)
        countSampling(report, of: agent)
        returns.add(episodes: report.returns.episodes, mean: report.returns.mean)
    }

    /// Makes what the rule has just applied a version: packed, handed to the store with all that contributed to it.
    private mutating func makeVersion(_ update: AppliedUpdate) {
        packVersion()
        writeState()
        applied = update
        actions.append(PendingAction(.store))
        if settings.durability == .volatile { noteStored(upTo: update.version) }
        noteCompletion()
    }

    private mutating func countSampling(_ report: Report, of agent: Int) {
        agents[agent].agent.counters.steps &+= UInt64(report.steps)
        agents[agent].agent.counters.episodes &+= UInt64(report.returns.episodes)
        totals.steps &+= UInt64(report.steps)
        totals.episodes &+= UInt64(report.returns.episodes)
    }
}

extension AgentMessage {
    /// Which report a message is; nil when it is none.
    var identity: UpdateIdentity? {
        switch self {
        case .update(let update): update.report.identity
        case .skip(let skip): skip.report.identity
        case .hello, .fetch, .goodbye: nil
        }
    }
}

extension RejectReason {
    /// What the sender of a gradient is told when the rule refuses it.
    init(_ refusal: AggregationRefusal) {
        switch refusal {
        case .notFinite: self = .notFinite
        case .normTooLarge: self = .norm
        case .futureVersion: self = .futureVersion
        }
    }
}
