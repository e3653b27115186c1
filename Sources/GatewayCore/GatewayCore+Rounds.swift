import Aggregation
import Bounded
import GradientCodec
import Wire

// Synchronous rules: a version is made of one report of every agent, and nobody is answered before it is durable.
//
// An agent that leaves before it reports is out of the step: its mirror is not used, for nobody can say how old it will
// grow. One that leaves after it reported is in it.

extension GatewayCore {
    /// Whether a version takes a report of every agent.
    var isSynchronous: Bool { settings.rule.isSynchronous }

    /// The largest staleness that is applied: none in rounds.
    var stalenessMaximum: UInt64 { isSynchronous ? 0 : settings.stalenessMaximum }

    /// Opens the next round, which waits for everybody who is welcome now.
    mutating func openRound() {
        guard isSynchronous else { return }
        round.open(at: clock)
        rule.abandonRound()
        critic.abandonRound()
        // Where agents collect, they are waited for once they are asked.
        guard !settings.collects else { return }
        for agent in 0..<agentCount where agents[agent].isWelcome && !agents[agent].isLate { round.await(agent) }
    }

    /// Whether the open round gets nowhere because of `agent`: no report of it, and no gradient that it told of.
    private func isHoldingUp(_ agent: Int) -> Bool {
        guard settings.collects else { return round.isAwaiting(agent) }
        return !round.isClosing && agents[agent].isWelcome && !agents[agent].isLate && !round.hasReported(agent)
            && round.batches(of: agent) == 0
    }

    /// When a tick makes the open round go on without those who have not reported; nil when it waits for nobody, or for
    /// as long as it takes.
    public var roundDeadline: Instant? {
        guard isSynchronous, settings.roundTimeoutMilliseconds > 0, hasStarted, !isStopping, completion == nil else {
            return nil
        }
        for agent in 0..<agentCount where isHoldingUp(agent) {
            return round.openedAt.advanced(byMilliseconds: settings.roundTimeoutMilliseconds)
        }
        return nil
    }

    /// Goes on without those who let the round's time pass, this time and until a report comes of them.
    ///
    /// The round still needs `agentsMinimum`, and so a robust combination as many gradients as it asks for.
    mutating func expireRound() {
        guard let deadline = roundDeadline, clock >= deadline else { return }
        for agent in 0..<agentCount where isHoldingUp(agent) {
            agents[agent].isLate = true
            round.release(agent)
            roundCounters.lateReports &+= 1
            notify(.roundTimedOut, agent: agent)
        }
        collectIfEnough()
        closeRoundIfComplete()
    }

    /// Takes a report into the round, with the scratch vector as its gradient; without a `change`, with none.
    mutating func joinRound(_ report: Report, from agent: Int, messageBytes: Int, _ change: MirrorChange?) {
        // Another boot of an agent that is in the round already waits for the next one; so does a late comer that would
        // take a place of those who are waited for.
        let places = contributions.count - contributionCount - (round.isAwaiting(agent) ? 0 : round.awaitedCount)
        guard unstored.hasRoom, places > 0, !round.hasReported(agent) else {
            refuse(agents[agent].connection, agent, .busy, report.identity, isRetryable: true)
            return
        }
        noteAnswer(of: agent)
        var gradientNorm = 0.0
        if let change {
            switch rule.add(scratch, batches: report.batches, curvature: report.curvature) {
            case .refused(let refusal):
                refuse(agents[agent].connection, agent, RejectReason(refusal), report.identity)
                noteRefusal(of: agent, RejectReason(refusal))
                return
            case .added(let norm, _): gradientNorm = norm
            }
            if change != .keep { moveMirror(of: agent, after: report.identity) }
            mergeCritic()
        }
        // Of what is only noted they stay with the agent, and nobody has looked at them here.
        round.keep(change == nil ? nil : report.observations, at: contributionCount)
        round.note(agent)
        round.setProgress(of: agent, batches: UInt64(report.batches))
        let outcome: Outcome = change == nil ? .noted : change == .keep ? .reused : .applied
        enter(
            report, from: agent, version: version.next, delay: 0, gradientNorm: gradientNorm,
            messageBytes: messageBytes, outcome)
        collectIfEnough()
        closeRoundIfComplete()
    }

    /// The round waits no longer for an agent whose gradient is none: numbers that are not finite, or too long.
    mutating func noteRefusal(of agent: Int, _ reason: RejectReason) {
        guard isSynchronous, reason == .notFinite || reason == .norm || reason == .malformed else { return }
        if settings.collects, !round.hasReported(agent) { round.setProgress(of: agent, batches: 0) }
        round.noteRefusal(of: agent)
        closeRoundIfComplete()
    }

    /// Makes a version of the round when nobody is waited for any more.
    mutating func closeRoundIfComplete() {
        guard isSynchronous, hasStarted, !isStopping, completion == nil, applied == nil else { return }
        if settings.collects {
            guard round.isClosing, round.awaitedCount == 0 else { return }
            guard round.reportCount > 0 else {
                reopenRound()
                return
            }
        } else if !round.isComplete(minimum: settings.agentsMinimum) {
            return
        }
        for place in 0..<contributionCount {
            if let kept = round.kept(at: place) {
                observations.merge(count: kept.count, mean: kept.mean, squaredDeviations: kept.squaredDeviations)
            }
            count(contributions[place].report, of: contributions[place].agent)
            roundCounters.batches &+= UInt64(contributions[place].report.batches)
        }
        roundCounters.rounds &+= 1
        let update = rule.closeRound(refused: round.refusedCount)
        critic.closeRound()
        openRound()
        makeVersion(update)
    }
}
