import Aggregation
import Bounded
import Wire

// Rules that collect: agents go on at one version and tell how far they are; when the rule has enough, the means are
// asked for, and the round closes when all who were asked have answered, left, or let too much time pass.
//
// Those who are not asked rest meanwhile: what they could sample would be in vain.
//
// An update that comes unasked is as good as an answer, so an agent that knows neither Progress nor Collect takes part.

extension GatewayCore {
    /// Takes down how far an agent is.
    mutating func receive(_ progress: Progress, from agent: Int) {
        guard completion == nil, !isStopping else {
            refuse(agents[agent].connection, agent, .stopping, nil, isRetryable: completion == nil)
            return
        }
        guard settings.collects, hasStarted, progress.bootEpoch == agents[agent].agent.epoch else {
            roundCounters.progressIgnored &+= 1
            return
        }
        guard progress.baseVersion == version, !round.hasReported(agent) else {
            roundCounters.progressIgnored &+= 1
            // It should have had the newest version long ago.
            if progress.baseVersion < durableVersion, durableVersion == version, isLate(agent) {
                round.prompted(agent, at: clock)
                noteHeld(progress.baseVersion, by: agent)
                queuePolicy(agent)
            }
            return
        }
        agents[agent].isLate = false
        round.noteProgress(of: agent, batches: UInt64(progress.batches))
        if round.isAwaiting(agent) {
            if isLate(agent) { queueCollect(agent) }
        } else {
            collectIfEnough()
        }
    }

    /// Asks for the means when the rule has enough gradients, or nobody is there who could add to them.
    mutating func collectIfEnough() {
        guard settings.collects, hasStarted, !isStopping, completion == nil, applied == nil, !round.isClosing,
            let rounds = settings.rule.rounds, let limit = answerLimit(for: rounds.gathering(inRound: version.number))
        else { return }
        round.beginClosing(at: clock)
        for agent in 0..<agentCount where agents[agent].isWelcome && !round.hasReported(agent) {
            guard round.batches(of: agent) > 0, answerTimes.seconds(of: agent) <= limit else {
                if !isValidator(agent) {
                    queueCollect(agent, restMilliseconds: UInt32(clamping: settings.collectTimeoutMilliseconds))
                }
                continue
            }
            // One whose last gradient was refused may do better.
            round.release(agent)
            round.await(agent)
            roundCounters.collects &+= 1
            queueCollect(agent)
        }
        closeRoundIfComplete()
    }

    /// How long the answers of those may take who are to be asked for their means now; nil while nobody is.
    private func answerLimit(for gathering: RoundGathering) -> Double? {
        var count = RoundCount()
        var canGrow = false
        for agent in 0..<agentCount where isCounted(agent) {
            count.add(batches: round.batches(of: agent))
            if !round.hasReported(agent) { canGrow = true }
        }
        // With fewer than have to be there, others may come back: a gateway that started again hears them one by one.
        if !canGrow, round.reportCount > 0, count.learners >= settings.agentsMinimum { return .infinity }
        guard count.isEnough(for: gathering) else { return nil }
        // Now and then everybody is asked, to find out whose answers come sooner than they did.
        let isProbe = version.number % AnswerTimes.probeInterval == 0
        return settings.collectsFromSoonest && !isProbe ? soonestAnswerLimit(for: gathering) : .infinity
    }

    /// The same when those are asked whose answers come soonest; nil when it is better to wait.
    private func soonestAnswerLimit(for gathering: RoundGathering) -> Double? {
        let elapsed = Double(clock.milliseconds(since: round.openedAt)) * 1e-3
        var soonest = SoonestRound(wanted: gathering.batches, elapsed: elapsed)
        // What has come need not be waited for.
        for agent in 0..<agentCount where round.hasReported(agent) {
            soonest.add(batches: round.batches(of: agent), answerSeconds: 0)
        }
        for place in 0..<answerTimes.count {
            let agent = answerTimes.agent(at: place)
            guard agent < agentCount, isCounted(agent), !round.hasReported(agent) else { continue }
            soonest.add(batches: round.batches(of: agent), answerSeconds: answerTimes.seconds(of: agent))
        }
        return soonest.isEnough ? soonest.answerLimit : nil
    }

    /// Whether a round reckons with `agent`.
    private func isCounted(_ agent: Int) -> Bool {
        guard agents[agent].isWelcome || round.hasReported(agent) else { return false }
        return !agents[agent].isLate || round.batches(of: agent) > 0 || round.hasReported(agent)
    }

    /// Takes down how long an agent took that was asked for its mean.
    mutating func noteAnswer(of agent: Int) {
        guard settings.collectsFromSoonest, round.isClosing, round.isAwaiting(agent) else { return }
        answerTimes.note(Double(clock.milliseconds(since: round.closingSince)) * 1e-3, of: agent)
    }

    /// Asks again those who have not answered, and goes on without those who were asked too long ago.
    mutating func promptCollectors() {
        // A quick agent that has stopped is worth less to wait for with every tick.
        if settings.collectsFromSoonest { collectIfEnough() }
        guard round.isClosing, !isStopping, completion == nil else { return }
        let isOver = clock.milliseconds(since: round.closingSince) >= settings.collectTimeoutMilliseconds
        for agent in 0..<agentCount where round.isAwaiting(agent) {
            if isOver {
                round.release(agent)
                round.setProgress(of: agent, batches: 0)
                answerTimes.noteSilence(Double(settings.collectTimeoutMilliseconds) * 1e-3, of: agent)
                roundCounters.timeouts &+= 1
                notify(.collectTimedOut, agent: agent)
            } else if isLate(agent) {
                queueCollect(agent)
            }
        }
        if isOver { closeRoundIfComplete() }
    }

    /// Nobody answered: the round goes on, and who rests is called back.
    mutating func reopenRound() {
        round.goOn()
        for agent in 0..<agentCount where agents[agent].isWelcome && !isValidator(agent) {
            let isHeld = agents[agent].holdsVersion && agents[agent].heldVersion == durableVersion
            queuePolicy(agent, isHeld: isHeld)
        }
    }

    private mutating func queueCollect(_ agent: Int, restMilliseconds: UInt32 = 0) {
        var action = PendingAction(.collect)
        action.code = restMilliseconds
        action.agent = Int32(agent)
        action.connection = agents[agent].connection.number
        action.base = version
        round.prompted(agent, at: clock)
        actions.append(action)
    }

    /// Whether what was sent to an agent in this round should have shown by now.
    private func isLate(_ agent: Int) -> Bool {
        clock.milliseconds(since: round.lastPrompt(of: agent)) >= settings.collectResendMilliseconds
    }
}
