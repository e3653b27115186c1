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
        let wireBytes = frameCost.bytes(bytes.count)
        totals.bytesReceived &+= UInt64(wireBytes)
        if let sender {
            agents[sender].lastHeard = now
            agents[sender].agent.counters.bytesReceived &+= UInt64(wireBytes)
        } else {
            strangers.bytesReceived &+= UInt64(wireBytes)
        }
        let message: AgentMessage
        do throws(WireError) {
            message = try decoder.decodeAgentMessage(bytes)
        } catch {
            traffic.add(.unreadable, bytes: UInt64(wireBytes))
            rejectDetail = error.text
            let reason: RejectReason = error.kind == .notFinite ? .notFinite : .malformed
            refuse(connection, sender, reason, nil)
            if let sender { noteRefusal(of: sender, reason) }
            return
        }
        traffic.add(MessageKind(message), bytes: UInt64(wireBytes))
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
        case .update(let update): receive(update, from: sender, messageBytes: wireBytes)
        case .skip(let skip): receive(skip, from: sender, messageBytes: wireBytes)
        case .fetch(let fetch): receive(fetch, from: sender)
        case .progress(let progress): receive(progress, from: sender)
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
        noteHeld(fetch.newestVersion, by: agent)
        queuePolicy(agent, isHeld: fetch.newestVersion == durableVersion)
    }

    private mutating func receive(_ skip: Skip, from agent: Int, messageBytes: Int) {
        let report = skip.report
        guard admits(report, of: agent, messageBytes: messageBytes) else { return }
        guard !isValidator(agent) else {
            noteValidation(report, of: agent)
            return
        }
        let isReuse = reusesMirror(report, of: agent)
        if let refusal = refusal(ofBase: report.baseVersion, isNoted: !isReuse)
            ?? (isReuse ? refusal(ofReuse: report, of: agent) : nil)
        {
            refuse(report, of: agent, refusal)
            return
        }
        guard isReuse else {
            if isSynchronous {
                joinRound(report, from: agent, messageBytes: messageBytes, nil)
            } else {
                noteSkip(report, of: agent)
            }
            return
        }
        scratch.copy(from: mirrors.vector(at: Int(agents[agent].mirror)))
        apply(report, from: agent, messageBytes: messageBytes, .keep)
    }

    private mutating func noteSkip(_ report: Report, of agent: Int) {
        agents[agent].agent.lastSequence = report.identity.sequence
        agents[agent].agent.lastWasSkip = true
        agents[agent].agent.counters.skips &+= 1
        totals.skips &+= 1
        countSampling(report, of: agent)
        notify(
            .skipped, agent: agent, identity: report.identity, gate: (report.gateValue, report.gateThreshold))
        queuePolicy(agent, answering: report.identity, .noted, isHeld: report.baseVersion == durableVersion)
        noteCompletion()
    }

    private mutating func receive(_ update: Update, from agent: Int, messageBytes: Int) {
        let report = update.report
        guard admits(report, of: agent, messageBytes: messageBytes) else { return }
        guard !isValidator(agent) else {
            validate(update, from: agent)
            return
        }
        if let refusal = refusal(ofBase: report.baseVersion, isNoted: false) ?? refusal(of: update, of: agent)
            ?? refusal(ofCritic: update)
        {
            refuse(report, of: agent, refusal)
            noteRefusal(of: agent, refusal)
            return
        }
        if update.isInnovation { addMirror(of: agent) } else { noteMirrorMismatch(report, of: agent) }
        apply(report, from: agent, messageBytes: messageBytes, update.isInnovation ? .advance : .replace)
    }

    /// Folds the scratch vector into the policy, which makes a version, or refuses it.
    private mutating func apply(_ report: Report, from agent: Int, messageBytes: Int, _ change: MirrorChange) {
        guard !isSynchronous else {
            joinRound(report, from: agent, messageBytes: messageBytes, change)
            return
        }
        guard unstored.hasRoom else {
            refuse(agents[agent].connection, agent, .busy, report.identity, isRetryable: true)
            return
        }
        guard let applied = fold(report, from: agent) else { return }
        contribute(report, from: agent, to: applied, messageBytes: messageBytes, isReuse: change == .keep)
        if change != .keep { moveMirror(of: agent, after: report.identity) }
        // Before the version is made, so that what is stored with it has the note.
        filter.note(applied, samplingPoint: rule.state.samplingPoint)
        makeVersion(applied)
    }

    /// Whether a report is the next of its agent; if not, it is answered here.
    private mutating func admits(_ report: Report, of agent: Int, messageBytes: Int) -> Bool {
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
            traffic.repeatedBytes &+= UInt64(messageBytes)
            answerAgain(report, of: agent)
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
        agents[agent].isLate = false
        guard report.steps > 0 || rule.state.refines else {
            rejectDetail.append("report.steps is 0, and no batch is to be used once more")
            refuse(connection, agent, .malformed, report.identity)
            noteRefusal(of: agent, .malformed)
            return false
        }
        // It holds at least what it sampled with; what was sent since may be on its way.
        if !agents[agent].holdsVersion || agents[agent].heldVersion < report.baseVersion {
            noteHeld(report.baseVersion, by: agent)
        }
        return true
    }

    /// Answers a report that was taken in before: at once, or, while the store has not got it yet, with the store.
    private mutating func answerAgain(_ report: Report, of agent: Int) {
        agents[agent].agent.counters.duplicates &+= 1
        notify(.duplicate, agent: agent, identity: report.identity)
        let isInFlight = agents[agent].newestVersion > durableVersion && !agents[agent].agent.lastWasSkip
        guard !isInFlight else { return }
        queuePolicy(agent, answering: report.identity, .duplicate, isHeld: report.baseVersion == durableVersion)
    }

    func refusal(ofBase base: PolicyVersion, isNoted: Bool) -> RejectReason? {
        // Only durable versions were ever sent out.
        if base > durableVersion { return .futureVersion }
        if !isNoted || isSynchronous, version.number - base.number > stalenessMaximum { return .stale }
        return nil
    }

    /// Tells the sender of a report, with a reason, that it is refused.
    mutating func refuse(_ report: Report, of agent: Int, _ reason: RejectReason) {
        rejectDetail = detail(of: reason, report)
        refuse(agents[agent].connection, agent, reason, report.identity)
    }

    /// Whether a skip stands for the agent's mirror. An agent that has none yet is only heard.
    private func reusesMirror(_ report: Report, of agent: Int) -> Bool {
        settings.uplink.skipAction == .reuse && mirrors.count > 0
            && (agents[agent].mirror >= 0 || report.mirrorChecksum != 0)
    }

    private func refusal(ofReuse report: Report, of agent: Int) -> RejectReason? {
        sharesMirror(report, of: agent) ? refusal(ofObservations: report) : .mirror
    }

    /// Unpacks gradient and statistics into scratch memory, and finds what is wrong with them.
    mutating func refusal(of update: Update, of agent: Int) -> RejectReason? {
        guard acceptedCodecs.contains(update.gradient.codec) else { return .codec }
        guard update.gradient.count == scratch.count else { return .shape }
        if update.isInnovation, !sharesMirror(update.report, of: agent) { return .mirror }
        do throws(CodecError) {
            try vectorDecoder.decode(
                update.gradient.codec, count: update.gradient.count, parameters: update.gradient.parameters,
                data: update.gradient.data, into: scratch)
        } catch {
            return error == .notFinite ? .notFinite : .malformed
        }
        return refusal(ofObservations: update.report)
    }

    private func refusal(ofObservations report: Report) -> RejectReason? {
        guard settings.policy.normalisesObservations, let statistics = report.observations else { return nil }
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
        mergeCritic()
        enter(
            report, from: agent, version: update.version, delay: update.delay, gradientNorm: update.gradientNorm,
            messageBytes: messageBytes, isReuse ? .reused : .applied)
        count(report, of: agent)
    }

    /// Enters a report among those that go into `version`.
    mutating func enter(
        _ report: Report, from agent: Int, version: PolicyVersion, delay: UInt64, gradientNorm: Double,
        messageBytes: Int, _ outcome: Outcome
    ) {
        var contribution = Contribution(agent: agent, report: report, messageBytes: messageBytes)
        contribution.report.observations = nil
        contribution.delay = delay
        contribution.gradientNorm = gradientNorm
        contribution.isReuse = outcome == .reused
        contribution.isNotedSkip = outcome == .noted
        contributions[contributionCount] = contribution
        contributionCount += 1
        unstored.append(
            UnstoredReports.Entry(
                version: version, agent: Int32(agent), outcome: outcome, epoch: report.identity.epoch,
                sequence: report.identity.sequence))
        agents[agent].newestVersion = version
        agents[agent].agent.lastSequence = report.identity.sequence
        agents[agent].agent.lastWasSkip = false
        if outcome == .noted {
            agents[agent].agent.counters.skips &+= 1
        } else {
            agents[agent].agent.counters.applied &+= 1
        }
        if outcome == .reused { agents[agent].agent.counters.reused &+= 1 }
        if outcome != .applied { totals.skips &+= 1 }
        agents[agent].agent.counters.delaySum &+= delay
        agents[agent].agent.counters.delayMaximum = max(agents[agent].agent.counters.delayMaximum, delay)
    }

    /// Counts what is behind a report that is in a version.
    mutating func count(_ report: Report, of agent: Int) {
        countSampling(report, of: agent)
        returns.add(episodes: report.returns.episodes, mean: report.returns.mean)
    }

    /// Makes what the rule has just applied a version: packed, handed to the store with all that contributed to it.
    mutating func makeVersion(_ update: AppliedUpdate) {
        if !update.isHeld { gate.add(update.learnerNorm * update.learnerNorm) }
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
        case .hello, .fetch, .goodbye, .progress: nil
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
