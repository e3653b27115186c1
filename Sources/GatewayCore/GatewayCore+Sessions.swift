import Aggregation
import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// The agent with `key`.
    public func findAgent(_ key: AgentKey) -> Int? {
        for index in 0..<agentCount where agents[index].agent.key == key { return index }
        return nil
    }

    /// Welcomes, or refuses, the sender of a `Hello`.
    mutating func receive(_ hello: Hello, from connection: Connection, key: AgentKey?, at now: Instant) {
        let identity = UpdateIdentity(epoch: hello.bootEpoch, sequence: UpdateSequence(0))
        guard let key = key ?? nameKey(of: hello) else {
            refuse(connection, nil, .unknownKey, identity)
            return
        }
        let known = findAgent(key)
        if let reason = refusal(of: hello, key: key, known: known) {
            rejectDetail = detail(of: reason, hello, known: known)
            let isForNow = reason == .full || (reason == .stopping && completion == nil)
            refuse(connection, known, reason, identity, isRetryable: isForNow)
            return
        }
        let agent: Int
        if let known {
            agent = known
        } else {
            agent = agentCount
            agents[agent] = AgentSlot(agent: KnownAgent(key: key))
            agentCount += 1
        }
        welcome(agent, hello, at: connection, now)
    }

    private func refusal(of hello: Hello, key: AgentKey, known: Int?) -> RejectReason? {
        let isValidator = key == settings.validator
        let uplink = isValidator ? settings.validatorUplink : settings.uplink
        if hello.protocolVersion < WireLimits.oldestProtocolVersion { return .protocolVersion }
        if hello.shape != settings.policy.shape || hasOtherCritic(hello) { return .shape }
        if !hello.codecs.contains(uplink.codec.codec) || !hello.codecs.contains(settings.downlinkCodec) {
            return .codec
        }
        if Int(hello.largestMessageBytes) < largestOutgoingBytes(to: hello) { return .messageSize }
        if let known, hello.bootEpoch < agents[known].agent.epoch { return .oldEpoch }
        if isStopping || completion != nil { return .stopping }
        let hasPlace = isValidator || learnerCount < settings.agentsMaximum
        if let known { return agents[known].isWelcome || hasPlace ? nil : .full }
        return hasPlace && agentCount < settings.knownAgentsMaximum ? nil : .full
    }

    /// The longest message that an agent of this federation has to take in.
    func largestOutgoingBytes(to hello: Hello) -> Int {
        WireLimits.envelopeBytesMaximum
            + (settings.consensus == nil ? 1 : 2)
            * versions.codec.encodedByteCount(settings.policy.shape.parameterCount)
            + (settings.policy.normalisesObservations ? 8 * settings.policy.shape.observationCount : 0)
            + (sharesCritic && hello.criticWidths != nil
                ? versions.criticCodec.encodedByteCount(criticScratch.count) : 0)
    }

    private mutating func welcome(_ agent: Int, _ hello: Hello, at connection: Connection, _ now: Instant) {
        // A connection number can come back after a crash that nobody noticed.
        if let other = connections.agent(at: connection), other != agent { leave(other, .connectionGone) }
        let wasWelcome = agents[agent].isWelcome
        let isElsewhere = wasWelcome && agents[agent].connection != connection
        if wasWelcome {
            connections.remove(agents[agent].connection)
        } else {
            welcomeCount += 1
        }
        connections.insert(connection, agent: agent)
        if hello.bootEpoch > agents[agent].agent.epoch {
            agents[agent].agent.epoch = hello.bootEpoch
            agents[agent].agent.lastSequence = UpdateSequence(0)
            agents[agent].agent.lastWasSkip = false
            forgetMirror(of: agent)
            // What an earlier boot had collected is gone.
            if settings.collects, !round.hasReported(agent) {
                round.release(agent)
                round.setProgress(of: agent, batches: 0)
            }
        }
        agents[agent].agent.name = hello.agentName
        agents[agent].sharesCritic = sharesCritic && hello.criticWidths != nil
        agents[agent].isWelcome = true
        if isValidator(agent) { hasValidator = true }
        agents[agent].connection = connection
        agents[agent].lastHeard = now
        agents[agent].isLate = false
        // Over a new connection its answers may take another time.
        answerTimes.forget(agent)
        agents[agent].hasSentVersion = false
        agents[agent].holdsVersion = false
        let isSameFederation = hello.federationID == settings.federationID && settings.federationID != 0
        if isSameFederation { noteHeld(hello.newestVersion, by: agent) }

        let isFirstStart = !hasStarted && learnerCount >= settings.agentsMinimum
        if isFirstStart { hasStarted = true }
        queueWelcome(agent, hello)
        notify(isElsewhere ? .replaced : .joined, agent: agent)
        if settings.collects { closeRoundIfComplete() }
        if isFirstStart {
            notify(.started)
            openRound()
            sharePolicy()
        }
    }

    private mutating func queueWelcome(_ agent: Int, _ hello: Hello) {
        var action = PendingAction(.welcome)
        action.agent = Int32(agent)
        action.connection = agents[agent].connection.number
        let isSameFederation = hello.federationID == settings.federationID && settings.federationID != 0
        let held = isSameFederation ? hello.newestVersion : nil
        if hasStarted {
            if held != durableVersion {
                action.code = PendingAction.carriesPolicy
                action.base = differenceBase(of: agent)
            }
            if let held, held > durableVersion { action.code |= PendingAction.isRollback }
            noteSent(durableVersion, to: agent)
        }
        actions.append(action)
    }

    /// Ends the session of `agent`; what it has in flight is still stored.
    mutating func leave(_ agent: Int, _ departure: GatewayNotice.Departure) {
        guard agents[agent].isWelcome else { return }
        connections.remove(agents[agent].connection)
        agents[agent].isWelcome = false
        agents[agent].hasSentVersion = false
        agents[agent].holdsVersion = false
        welcomeCount -= 1
        if isValidator(agent) { hasValidator = false }
        notify(.left, agent: agent, code: departure.rawValue)
        round.release(agent)
        if settings.collects, !round.hasReported(agent) { round.setProgress(of: agent, batches: 0) }
        collectIfEnough()
        closeRoundIfComplete()
    }

    /// Ends the sessions of agents that have been silent for too long.
    mutating func expireSessions(at now: Instant) {
        for agent in 0..<agentCount where agents[agent].isWelcome {
            if now.milliseconds(since: agents[agent].lastHeard) >= settings.sessionTimeoutMilliseconds {
                leave(agent, .timedOut)
            }
        }
    }

    /// Without security, a key made of the agent's name; with it, none.
    private func nameKey(of hello: Hello) -> AgentKey? {
        settings.isInsecure ? AgentKey(insecureName: hello.agentName) : nil
    }
}

extension AgentKey {
    /// What stands for a key where there is none: the name of the agent, hashed. It proves nothing.
    public init(insecureName name: FixedText) {
        func hash(_ start: UInt64) -> UInt64 {
            var value = start
            for index in 0..<name.count { value = (value ^ UInt64(name[index])) &* 0x0000_0100_0000_01b3 }
            return value
        }
        self.init(words: (hash(0xcbf2_9ce4_8422_2325), hash(0x6c61_7077_696e_6721), UInt64(name.count), 0))
    }
}
