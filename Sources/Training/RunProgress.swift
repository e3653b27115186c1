import Bounded

/// What is known about a run while it goes on: a fold over the gateway's events.
public struct RunProgress: Sendable {
    /// One agent's share.
    public struct AgentShare: Equatable, Sendable {
        /// How many of its updates are in the policy.
        public var updatesApplied: UInt64 = 0
        /// The sum of their delays.
        public var delaySum: UInt64 = 0
        /// How many gradients it did not send.
        public var updatesSkipped: UInt64 = 0
    }

    /// The return that is shown and compared with a target is the mean over this many episodes, the newest ones.
    public static let returnWindow = 20

    /// The newest version.
    public private(set) var version: UInt64 = 0
    /// How many updates have been applied since this run started.
    public private(set) var updatesApplied: UInt64 = 0
    /// Environment steps of all agents.
    public private(set) var steps: UInt64 = 0
    /// Bytes to the gateway.
    public private(set) var bytesUp: UInt64 = 0
    /// Bytes from the gateway.
    public private(set) var bytesDown: UInt64 = 0
    /// Reports in which an agent's gate stayed shut.
    public private(set) var updatesSkipped: UInt64 = 0
    /// Those of them that became a version, by the mirror of what the agent had sent before.
    public private(set) var updatesReused: UInt64 = 0
    /// Bytes by kind of message, as the gateway said last; nil when it has not.
    public private(set) var traffic: WireTraffic?
    /// Each agent by its name.
    public private(set) var agents: [String: AgentShare] = [:]

    private var recentReturns: [(mean: Double, episodes: Int)] = []
    private var recentMoments: [(instant: Instant, version: UInt64)] = []
    private var delaySum: UInt64 = 0

    public init() {}

    /// Takes in one applied update.
    public mutating func record(_ update: AppliedUpdateEvent, now: Instant) {
        version = max(version, update.version)
        updatesApplied += 1
        steps = max(steps, update.stepsTotal)
        bytesUp = max(bytesUp, update.bytesUp)
        bytesDown = max(bytesDown, update.bytesDown)
        if update.isReused == true {
            recordSkip(of: update.agent)
            updatesReused += 1
        }
        delaySum += update.delay
        agents[update.agent, default: AgentShare()].updatesApplied += 1
        agents[update.agent, default: AgentShare()].delaySum += update.delay
        if let mean = update.returnMean, update.episodes > 0 {
            recentReturns.append((mean, update.episodes))
            while recentReturns.count > 1, episodeCount - recentReturns[0].episodes >= Self.returnWindow {
                recentReturns.removeFirst()
            }
        }
        recentMoments.append((now, version))
        while recentMoments.count > 2, now.milliseconds(since: recentMoments[0].instant) > 10_000 {
            recentMoments.removeFirst()
        }
    }

    /// Takes in the gateway's sums.
    public mutating func record(_ totals: GatewayTotalsEvent) {
        bytesUp = max(bytesUp, totals.bytesUp ?? 0)
        bytesDown = max(bytesDown, totals.bytesDown ?? 0)
        // Events may be lost when their reader is slow; sums are not.
        updatesReused = max(updatesReused, totals.reused ?? 0)
        updatesSkipped = max(updatesSkipped, totals.skipsTotal ?? 0)
        traffic = totals.traffic ?? traffic
    }

    /// Takes in a gradient that was not sent, and in whose place nothing was applied.
    public mutating func recordSkip(of agent: String) {
        updatesSkipped += 1
        agents[agent, default: AgentShare()].updatesSkipped += 1
    }

    /// The share of gradients that were not sent.
    public var skippedShare: Double {
        let sent = updatesApplied - min(updatesReused, updatesApplied)
        let all = sent + updatesSkipped
        return all > 0 ? Double(updatesSkipped) / Double(all) : 0
    }

    private var episodeCount: Int { recentReturns.reduce(0) { $0 + $1.episodes } }

    /// The mean return of the newest episodes, sampled with noise at the agents' versions; nil before the first.
    public var recentReturn: Double? {
        let count = episodeCount
        guard count > 0 else { return nil }
        return recentReturns.reduce(0) { $0 + $1.mean * Double($1.episodes) } / Double(count)
    }

    /// Whether the mean return over a full window has reached `target`.
    public func hasReached(_ target: Double) -> Bool {
        guard episodeCount >= Self.returnWindow, let recentReturn else { return false }
        return recentReturn >= target
    }

    /// Applied updates a second over the last ten seconds; nil before two updates.
    public var updatesPerSecond: Double? {
        guard let first = recentMoments.first, let last = recentMoments.last, last.version > first.version else {
            return nil
        }
        let seconds = last.instant.seconds(since: first.instant)
        return seconds > 0 ? Double(last.version - first.version) / seconds : nil
    }

    /// The mean delay of all applied updates.
    public var meanDelay: Double? {
        updatesApplied > 0 ? Double(delaySum) / Double(updatesApplied) : nil
    }

    /// Seconds until `budget` updates at the present speed.
    public func secondsLeft(budget: UInt64) -> Double? {
        guard let updatesPerSecond, updatesPerSecond > 0 else { return nil }
        return budget > version ? Double(budget - version) / updatesPerSecond : 0
    }
}
