import Bounded
import GatewayCore
import PolicyStore
import Wire

extension VersionRecord {
    /// What the history keeps of a version: the report that completed it, and sums and means over all that are in it.
    init(_ applied: borrowing AppliedVersion, timeNanoseconds: UInt64) {
        self.init()
        version = applied.update.version.number
        entropy = 0
        computeSeconds = 0
        for contribution in applied.contributions { add(contribution) }
        let count = Double(applied.contributions.count)
        entropy /= count
        computeSeconds /= count
        gradientNorm = applied.update.gradientNorm
        stepsTotal = applied.totals.steps
        self.timeNanoseconds = timeNanoseconds
    }

    private mutating func add(_ contribution: Contribution) {
        let report = contribution.report
        epoch = contribution.identity.epoch.number
        sequence = contribution.identity.sequence.number
        baseVersion = contribution.baseVersion.number
        delay = contribution.delay
        trajectories &+= report.trajectories
        steps &+= report.steps
        entropy += Double(report.entropy)
        computeSeconds += Double(report.computeSeconds)
        messageBytes &+= UInt64(contribution.messageBytes)
        if report.returns.episodes > 0 { add(report.returns) }
    }

    /// **Source:** Chan, Golub, LeVeque, for the squared deviations of two samples together.
    private mutating func add(_ returns: ReturnStatistics) {
        let (old, new) = (Double(episodes), Double(returns.episodes))
        episodes &+= returns.episodes
        guard old > 0 else {
            returnMean = returns.mean
            returnSquaredDeviations = returns.squaredDeviations
            returnMinimum = Double(returns.minimum)
            returnMaximum = Double(returns.maximum)
            episodeStepsMean = returns.meanSteps
            return
        }
        let share = new / (old + new)
        let difference = returns.mean - returnMean
        returnMean += difference * share
        returnSquaredDeviations += returns.squaredDeviations + difference * difference * old * share
        returnMinimum = min(returnMinimum, Double(returns.minimum))
        returnMaximum = max(returnMaximum, Double(returns.maximum))
        episodeStepsMean += (returns.meanSteps - episodeStepsMean) * share
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
        skipsReused = counters.reused
        mirrorMismatches = counters.mirrorMismatches
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
        counters.reused = record.skipsReused
        counters.mirrorMismatches = record.mirrorMismatches
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

extension StoredMirror {
    /// A stored row, with its elements at `data`.
    init(_ record: MirrorRecord, _ data: UnsafeRawBufferPointer) {
        self.init(
            place: Int(clamping: record.place), key: record.key, epoch: BootEpoch(record.epoch),
            sequence: UpdateSequence(record.sequence), precision: record.precision == 16 ? .float16 : .float32,
            data: data)
    }
}

extension MirrorView {
    /// The core's mirror as the store takes it.
    init(_ mirror: StoredMirror) {
        self.init(
            place: mirror.place, key: mirror.key, epoch: mirror.epoch.number, sequence: mirror.sequence.number,
            precision: mirror.precision == .float16 ? 16 : 32, data: mirror.data)
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
