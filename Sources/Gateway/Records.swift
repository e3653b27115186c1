import Bounded
import GatewayCore
import PolicyStore
import Wire

extension VersionRecord {
    /// What the history keeps of an applied update.
    init(_ applied: borrowing AppliedVersion, timeNanoseconds: UInt64) {
        let report = applied.report
        self.init()
        version = applied.update.version.number
        epoch = applied.identity.epoch.number
        sequence = applied.identity.sequence.number
        baseVersion = applied.baseVersion.number
        delay = applied.update.delay
        trajectories = report.trajectories
        steps = report.steps
        episodes = report.returns.episodes
        if episodes > 0 {
            returnMean = report.returns.mean
            returnSquaredDeviations = report.returns.squaredDeviations
            returnMinimum = Double(report.returns.minimum)
            returnMaximum = Double(report.returns.maximum)
            episodeStepsMean = report.returns.meanSteps
        }
        gradientNorm = applied.update.gradientNorm
        entropy = Double(report.entropy)
        computeSeconds = Double(report.computeSeconds)
        messageBytes = UInt64(applied.messageBytes)
        stepsTotal = applied.totals.steps
        self.timeNanoseconds = timeNanoseconds
    }
}

extension AgentRecord {
    /// What the store keeps of an agent.
    init(_ agent: borrowing KnownAgent, firstSeenNanoseconds: UInt64, lastSeenNanoseconds: UInt64) {
        let counters = agent.counters
        self.init()
        key = agent.key
        name = agent.name
        epoch = agent.epoch.number
        lastSequence = agent.lastSequence.number
        lastWasSkip = agent.lastWasSkip
        updatesApplied = counters.applied
        duplicates = counters.duplicates
        skips = counters.skips
        steps = counters.steps
        episodes = counters.episodes
        delaySum = counters.delaySum
        delayMaximum = counters.delayMaximum
        bytesReceived = counters.bytesReceived
        bytesSent = counters.bytesSent
        for index in 0..<min(KnownAgentCounters.reasonCount, Self.reasonCount) {
            refusals[index] = counters.refusals[index]
        }
        self.firstSeenNanoseconds = firstSeenNanoseconds
        self.lastSeenNanoseconds = lastSeenNanoseconds
    }
}

extension KnownAgent {
    /// The agent that a stored row remembers.
    init(_ record: borrowing AgentRecord) {
        self.init(key: record.key)
        name = record.name
        epoch = BootEpoch(record.epoch)
        lastSequence = UpdateSequence(record.lastSequence)
        lastWasSkip = record.lastWasSkip
        counters.applied = record.updatesApplied
        counters.duplicates = record.duplicates
        counters.skips = record.skips
        counters.steps = record.steps
        counters.episodes = record.episodes
        counters.delaySum = record.delaySum
        counters.delayMaximum = record.delayMaximum
        counters.bytesReceived = record.bytesReceived
        counters.bytesSent = record.bytesSent
        for index in 0..<min(KnownAgentCounters.reasonCount, AgentRecord.reasonCount) {
            counters.refusals[index] = record.refusals[index]
        }
    }
}

extension StateView {
    /// The core's snapshot as the store takes it.
    init(_ snapshot: GatewaySnapshot) {
        self.init(
            version: snapshot.version.number, theta: snapshot.parameters, direction: snapshot.direction,
            rule: snapshot.state, statisticsCount: snapshot.observationCount,
            statisticsMean: snapshot.observationMean,
            statisticsSquaredDeviations: snapshot.observationSquaredDeviations, totals: StoredTotals(snapshot.totals))
    }
}

extension StoredTotals {
    init(_ totals: GatewayTotals) {
        self.init(
            steps: totals.steps, episodes: totals.episodes, bytesReceived: totals.bytesReceived,
            bytesSent: totals.bytesSent)
    }
}

extension GatewayTotals {
    init(_ totals: StoredTotals) {
        self.init()
        steps = totals.steps
        episodes = totals.episodes
        bytesReceived = totals.bytesReceived
        bytesSent = totals.bytesSent
    }
}
