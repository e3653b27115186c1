import Aggregation
import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// The next thing to do; nil when there is nothing, and the next event may come.
    ///
    /// **Complexity:** a message with a policy is encoded here, with one copy of its parameters.
    public mutating func nextAction() -> GatewayAction? {
        while let pending = actions.next() {
            if let action = carryOut(pending) { return action }
        }
        return nil
    }

    private mutating func carryOut(_ pending: PendingAction) -> GatewayAction? {
        let connection = Connection(pending.connection)
        let agent = Int(pending.agent)
        switch pending.kind {
        case .welcome: return send(.welcome(welcome(pending)), to: connection, agent)
        case .policy:
            let policy = policy(
                answer: pending.answer, base: pending.base, hasCritic: agents[agent].sharesCritic)
            return send(.policy(policy), to: connection, agent)
        case .policyNumber: return send(.policy(policyNumber(answer: pending.answer)), to: connection, agent)
        case .reject:
            guard let reject = reject(pending) else { return nil }
            return send(.reject(reject), to: connection, agent)
        case .collect:
            guard let version = pending.base else { return nil }
            return send(.collect(Collect(version: version, restMilliseconds: pending.code)), to: connection, agent)
        case .announceToAll:
            return share(.announce(Announce(version: durableVersion)), marksSent: false)
        case .policyToAll:
            let policy = policy(answer: nil, base: pending.base, hasCritic: sharesCritic)
            return share(.policy(policy), marksSent: true)
        case .store:
            guard let applied else { return nil }
            return .store(record(applied))
        case .notify:
            guard let notice = pending.publicNotice else { return nil }
            return .notify(notice)
        }
    }

    private mutating func send(_ message: GatewayMessage, to connection: Connection, _ agent: Int) -> GatewayAction? {
        guard let bytes = encode(message) else { return nil }
        sent = (MessageKind(message), frameCost.bytes(bytes.count))
        countSent(to: agent)
        return .send(to: connection, bytes: bytes)
    }

    /// Sends one message to every welcome agent that was not sent the newest durable version.
    private mutating func share(_ message: GatewayMessage, marksSent: Bool) -> GatewayAction? {
        guard let bytes = encode(message) else { return nil }
        var count = 0
        sent = (MessageKind(message), frameCost.bytes(bytes.count))
        for agent in 0..<agentCount where needsNewest(agent) {
            if marksSent { noteSent(durableVersion, to: agent) }
            countSent(to: agent)
            recipients[count] = agents[agent].connection
            count += 1
        }
        guard count > 0 else { return nil }
        return .share(to: UnsafeBufferPointer(rebasing: recipients[0..<count]), bytes: bytes)
    }

    private mutating func countSent(to agent: Int) {
        let bytes = UInt64(sent.bytes)
        totals.bytesSent &+= bytes
        traffic.add(sent.kind, bytes: bytes)
        if agent >= 0 {
            agents[agent].agent.counters.bytesSent &+= bytes
        } else {
            strangers.bytesSent &+= bytes
        }
    }

    /// Takes back what was counted for the last action's message to `connection`, which the transport did not take.
    ///
    /// Before the next action is taken out. The agent asks again; what it holds is not known until then.
    public mutating func noteUndelivered(to connection: Connection) {
        let bytes = UInt64(sent.bytes)
        totals.bytesSent &-= bytes
        traffic.remove(sent.kind, bytes: bytes)
        guard let agent = connections.agent(at: connection) else {
            strangers.bytesSent &-= min(bytes, strangers.bytesSent)
            return
        }
        agents[agent].agent.counters.bytesSent &-= bytes
        if sent.kind == .policy || sent.kind == .welcome { agents[agent].holdsVersion = false }
    }

    /// Counts connections that the transport has set up, and what their greetings and keys cost.
    public mutating func noteHandshakes(_ count: UInt64) {
        let up = count &* UInt64(frameCost.handshakeFromAgent)
        let down = count &* UInt64(frameCost.handshakeToAgent)
        totals.bytesReceived &+= up
        totals.bytesSent &+= down
        traffic.add(.handshakeFromAgent, bytes: up, messages: count)
        traffic.add(.handshakeToAgent, bytes: down, messages: count)
    }

    /// Every value that goes in was checked when it came or when the core was made, so nil does not happen.
    mutating func encode(_ message: GatewayMessage) -> UnsafeRawBufferPointer? {
        do throws(WireError) {
            return try encoder.encode(message)
        } catch {
            return nil
        }
    }

    /// The newest durable version, as an answer or not.
    ///
    /// With a `base`, which its receiver holds, it goes out as the difference from that, unless whole is shorter.
    private mutating func policy(
        answer: Policy.Answer?, base: PolicyVersion? = nil, isRollback: Bool = false, hasCritic: Bool
    ) -> Policy {
        var policy = policyNumber(answer: answer)
        policy.isRollback = isRollback
        if let base, let difference = difference(from: base) {
            policy.base = base
            policy.parameters = difference
        } else {
            policy.parameters = versions.packedParameters(of: durableVersion)
        }
        if versions.agreedBytes(of: durableVersion).count > 0 {
            policy.consensus = versions.packedAgreed(of: durableVersion)
            policy.refines = versions.companion(of: durableVersion).refines
        }
        if settings.policy.normalisesObservations {
            policy.normaliser = Policy.Normaliser(
                mean: packed(versions.normaliserMean(of: durableVersion)),
                scale: packed(versions.normaliserScale(of: durableVersion)),
                count: versions.companion(of: durableVersion).normaliserCount)
        }
        if hasCritic { policy.critic = durableCritic }
        return policy
    }

    /// The newest durable version without its parameters, which the receiver has or does not need.
    private func policyNumber(answer: Policy.Answer?) -> Policy {
        var policy = Policy(version: durableVersion)
        policy.answer = answer
        policy.gateReference = versions.companion(of: durableVersion).gateReference
        return policy
    }

    /// The way from the point of version `base` to that of the newest durable one; nil when it is longer than that.
    private mutating func difference(from base: PolicyVersion) -> PackedVector? {
        guard versions.has(base) else { return nil }
        let packed = differences.encode(
            from: versions.vector(of: base), to: versions.vector(of: durableVersion),
            exponent: settings.latticeExponent)
        return packed.map {
            PackedVector(codec: $0.codec, count: $0.count, parameters: $0.parameters, data: $0.data)
        }
    }

    private func packed(_ vector: Vector) -> PackedVector {
        PackedVector(codec: .denseFloat32, count: vector.count, data: vector.bytes)
    }

    /// A `Welcome` with what is the same for every agent.
    var emptyWelcome: Welcome {
        var welcome = Welcome(
            specification: settings.policy,
            settings: FederationSettings(
                uplink: settings.uplink, stalenessMaximum: UInt32(stalenessMaximum),
                largestMessageBytes: UInt32(limits.largestMessageBytes),
                heartbeatIntervalMilliseconds: settings.heartbeatIntervalMilliseconds, local: settings.localWork,
                critic: criticSharing))
        welcome.settings.consensus = settings.consensus
        welcome.federationName = settings.federationName
        welcome.federationID = settings.federationID
        return welcome
    }

    private mutating func welcome(_ pending: PendingAction) -> Welcome {
        var welcome = emptyWelcome
        if pending.code & PendingAction.carriesPolicy != 0 {
            welcome.policy = policy(
                answer: nil, base: pending.base, isRollback: pending.code & PendingAction.isRollback != 0,
                hasCritic: agents[Int(pending.agent)].sharesCritic)
        }
        welcome.newestVersion = durableVersion
        welcome.isWaiting = !hasStarted
        welcome.lastAppliedSequence = lastDurableSequence(of: Int(pending.agent))
        if isValidator(Int(pending.agent)) {
            welcome.settings.uplink = settings.validatorUplink
            welcome.settings.local = LocalWork()
        }
        return welcome
    }

    /// The newest report of the agent's boot that need not be sent again; one that waits for the store still should.
    private func lastDurableSequence(of agent: Int) -> UpdateSequence {
        let slot = agents[agent]
        let isInFlight = slot.newestVersion > durableVersion
        return isInFlight ? UpdateSequence(0) : slot.agent.lastSequence
    }

    private func reject(_ pending: PendingAction) -> Reject? {
        guard let reason = RejectReason(rawValue: pending.code) else { return nil }
        var reject = Reject(reason: reason)
        reject.epoch = pending.epoch
        reject.sequence = pending.sequence
        reject.retryAfterMilliseconds = pending.isRetryable ? UInt32(settings.retryAfterMilliseconds) : 0
        reject.detail = rejectDetail.prefix(WireLimits.detailBytesMaximum)
        return reject
    }

    private func record(_ applied: AppliedUpdate) -> AppliedVersion {
        let current = rule.state
        let normalises = settings.policy.normalisesObservations
        return AppliedVersion(
            update: applied, contributions: UnsafeBufferPointer(rebasing: contributions[..<contributionCount]),
            parameters: current.parameters, direction: current.direction,
            samplingPoint: versions.packedParameters(of: current.version),
            state: UnsafeBufferPointer(state),
            normaliserMean: normalises
                ? UnsafeBufferPointer(versions.normaliserMean(of: current.version).buffer)
                : UnsafeBufferPointer(start: nil, count: 0),
            normaliserScale: normalises
                ? UnsafeBufferPointer(versions.normaliserScale(of: current.version).buffer)
                : UnsafeBufferPointer(start: nil, count: 0),
            observationCount: observations.count, observationMean: UnsafeBufferPointer(observations.mean),
            observationSquaredDeviations: UnsafeBufferPointer(observations.squaredDeviations), totals: totals)
    }
}
