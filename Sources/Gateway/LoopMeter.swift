import Bounded
import GatewayCore

/// What the loop counts for the status line, from one to the next.
struct LoopMeter {
    /// Refusals told one by one in a tick; the rest is in the status line's sum.
    private static let refusalsPerTick = 10

    private(set) var updates: UInt64 = 0
    private(set) var duplicates: UInt64 = 0
    private(set) var skips: UInt64 = 0
    /// Updates that were the mirror in place of a gradient.
    private(set) var reused: UInt64 = 0
    private(set) var refused: UInt64 = 0
    private var handshakes: UInt64 = 0
    private(set) var keysRefused: UInt64 = 0

    private var refusalsLeft = LoopMeter.refusalsPerTick
    private var lastStatus: Instant
    private var updatesBefore: UInt64 = 0
    private var skippedBefore: UInt64 = 0
    private var reportsBefore: UInt64 = 0
    private var delaySum: UInt64 = 0
    private var returnSum = 0.0
    private var returnCount = 0.0

    init(startTime: Instant) { lastStatus = startTime }

    mutating func count(_ contribution: Contribution) {
        updates += 1
        if contribution.isReuse { reused += 1 }
        delaySum += contribution.delay
        let episodes = Double(contribution.report.returns.episodes)
        returnSum += episodes * contribution.report.returns.mean
        returnCount += episodes
    }

    mutating func countDuplicate() { duplicates += 1 }
    mutating func countSkip() { skips += 1 }

    /// Counts a refusal; whether it is to be told.
    mutating func countRefusal() -> Bool {
        refused += 1
        guard refusalsLeft > 0 else { return false }
        refusalsLeft -= 1
        return true
    }

    /// Takes the transport's count of connections set up; how many are new.
    mutating func noteHandshakes(_ total: UInt64) -> UInt64 {
        defer { handshakes = total }
        return total - handshakes
    }

    mutating func beginTick() { refusalsLeft = Self.refusalsPerTick }

    /// Takes the transport's count of refused keys; how many are new.
    mutating func noteKeysRefused(_ total: UInt64) -> UInt64 {
        defer { keysRefused = total }
        return total - keysRefused
    }

    /// Fills in what was counted, and begins a new interval.
    mutating func complete(_ status: inout StatusEvent, at now: Instant) {
        let applied = updates - updatesBefore
        let seconds = now.seconds(since: lastStatus)
        status.updates = updates
        status.updatesPerSecond = seconds > 0 ? Double(applied) / seconds : 0
        status.returnMean = returnCount > 0 ? returnSum / returnCount : .nan
        status.delayMean = applied > 0 ? Double(delaySum) / Double(applied) : .nan
        status.duplicates = duplicates
        status.skips = skips
        status.reused = reused
        let skipped = skips + reused - skippedBefore
        let reports = updates + skips - reportsBefore
        status.skippedShare = reports > 0 ? Double(skipped) / Double(reports) : .nan
        skippedBefore = skips + reused
        reportsBefore = updates + skips
        status.refused = refused
        status.keysRefused = keysRefused
        lastStatus = now
        updatesBefore = updates
        delaySum = 0
        returnSum = 0
        returnCount = 0
    }
}
