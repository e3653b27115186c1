import Aggregation
import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// The store has every version up to `newest`: their updates are acknowledged, in the order of the versions.
    mutating func noteStored(upTo newest: PolicyVersion) {
        let reached = min(newest, version)
        guard reached > durableVersion else { return }
        durableVersion = reached
        while let report = unstored.next(upTo: reached) {
            let agent = Int(report.agent)
            guard agents[agent].isWelcome, agents[agent].agent.epoch == report.epoch else { continue }
            let identity = UpdateIdentity(epoch: report.epoch, sequence: report.sequence)
            queuePolicy(agent, answering: identity, report.outcome)
        }
        if settings.broadcast == .push || settings.collects { sharePolicy() }
    }

    /// Sends the newest durable version to every welcome agent that was not sent it yet.
    ///
    /// With a lattice downlink one difference is shared by all who hold the version shared before; the others get
    /// their own.
    mutating func sharePolicy() {
        guard hasStarted else { return }
        if sharesCritic {
            // One message is shared, with the critic; whoever has none gets its own.
            for agent in 0..<agentCount where needsNewest(agent) && !agents[agent].sharesCritic { queuePolicy(agent) }
        }
        var action = PendingAction(.policyToAll)
        if settings.downlinkCodec == .lattice {
            if let sharedVersion, versions.has(sharedVersion) { action.base = sharedVersion }
            sharedVersion = durableVersion
            for agent in 0..<agentCount where needsNewest(agent) && differenceBase(of: agent) != action.base {
                queuePolicy(agent)
            }
        }
        actions.append(action)
    }

    /// Whether `agent` is there, and was not sent the newest durable version.
    func needsNewest(_ agent: Int) -> Bool {
        agents[agent].isWelcome && !(agents[agent].hasSentVersion && agents[agent].sentVersion == durableVersion)
    }

    /// The version that `agent` can be sent a difference from; nil: it has to be sent the policy whole.
    func differenceBase(of agent: Int) -> PolicyVersion? {
        guard settings.downlinkCodec == .lattice, agents[agent].holdsVersion,
            agents[agent].heldVersion <= durableVersion, versions.has(agents[agent].heldVersion)
        else { return nil }
        return agents[agent].heldVersion
    }

    /// An agent has said which version it holds.
    ///
    /// Without durability the number says too little: before a crash it may have been another version. It then only
    /// shows whether what was sent has come.
    func noteHeld(_ version: PolicyVersion?, by agent: Int) {
        guard settings.durability == .durable else {
            if version != agents[agent].heldVersion { agents[agent].holdsVersion = false }
            return
        }
        agents[agent].holdsVersion = version != nil
        agents[agent].heldVersion = version ?? .initial
    }

    /// `version` goes to `agent`, which will hold it when it comes.
    func noteSent(_ version: PolicyVersion, to agent: Int) {
        agents[agent].hasSentVersion = true
        agents[agent].sentVersion = version
        agents[agent].holdsVersion = true
        agents[agent].heldVersion = version
    }

    /// Announces the newest durable version, if there is one to announce and the interval is over.
    mutating func announceIfDue(at now: Instant) {
        guard settings.broadcast == .announce, hasStarted, durableVersion > announcedVersion else { return }
        if let lastAnnounce, now.milliseconds(since: lastAnnounce) < settings.announceIntervalMilliseconds { return }
        announcedVersion = durableVersion
        lastAnnounce = now
        actions.append(PendingAction(.announceToAll))
    }

    /// Notes when a budget or the target is reached.
    mutating func noteCompletion() {
        guard completion == nil else { return }
        if settings.updatesMaximum > 0, version.number >= settings.updatesMaximum {
            completion = .updates
        } else if settings.stepsMaximum > 0, totals.steps >= settings.stepsMaximum {
            completion = .steps
        } else if let target = settings.targetReturn, let mean = recentReturn, mean >= target {
            completion = .targetReturn
        }
    }

    /// Says once that the work is done, and once, after that or after a stop, that nothing is left in flight.
    mutating func noteTheEnd() {
        if let completion, !hasNotedCompletion {
            hasNotedCompletion = true
            notify(.finished, code: completion.rawValue)
        }
        guard !hasDrained, isStopping || completion != nil, durableVersion == version else { return }
        hasDrained = true
        notify(.drained)
    }

    /// Queues the newest durable policy for `agent`.
    mutating func queuePolicy(
        _ agent: Int, answering identity: UpdateIdentity? = nil, _ outcome: Outcome = .applied, isHeld: Bool = false
    ) {
        var action = PendingAction(isHeld ? .policyNumber : .policy)
        action.agent = Int32(agent)
        action.connection = agents[agent].connection.number
        if let identity {
            action.epoch = identity.epoch
            action.sequence = identity.sequence
            action.code = outcome.rawValue
        }
        if !isHeld { action.base = differenceBase(of: agent) }
        noteSent(durableVersion, to: agent)
        actions.append(action)
    }

    /// Counts a refusal, tells the sender, and tells the operator.
    mutating func refuse(
        _ connection: Connection, _ agent: Int?, _ reason: RejectReason, _ identity: UpdateIdentity?,
        isRetryable: Bool = false
    ) {
        if let agent {
            agents[agent].agent.counters.count(reason)
        } else {
            strangers.count(reason)
        }
        var action = PendingAction(.reject)
        action.agent = Int32(agent ?? -1)
        action.connection = connection.number
        action.code = reason.rawValue
        action.isRetryable = isRetryable
        if let identity {
            action.epoch = identity.epoch
            action.sequence = identity.sequence
        }
        actions.append(action)
        action.kind = .notify
        action.notice = .refused
        actions.append(action)
    }

    /// Queues a notice.
    mutating func notify(
        _ notice: PendingAction.NoticeKind, agent: Int = -1, code: UInt32 = 0, identity: UpdateIdentity? = nil,
        gate: (value: Float, threshold: Float) = (0, 0)
    ) {
        var action = PendingAction(.notify)
        action.gateValue = gate.value
        action.gateThreshold = gate.threshold
        action.notice = notice
        action.agent = Int32(agent)
        action.code = code
        if let identity {
            action.epoch = identity.epoch
            action.sequence = identity.sequence
        }
        actions.append(action)
    }
}
