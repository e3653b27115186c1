import Bounded
import Wire

/// The open round of a synchronous rule: whose report is waited for, and who has reported.
///
/// Waited for is every agent that was welcome when the round opened, until it reports or leaves. One that comes later
/// is not waited for before the next round, but a report of its that is in time counts. Whose gradient was refused as
/// no gradient at all is not waited for any longer, or a single agent could hold up the others for ever.
/// **Memory:** a byte for each agent that can be known, and the observation statistics of one report for each that can
/// be welcome; with a rule that collects, two words more for each agent; nothing without a synchronous rule.
struct RoundBook: ~Copyable {
    private enum Standing {
        static let none: UInt8 = 0
        static let awaited: UInt8 = 1
        static let reported: UInt8 = 2
        static let refused: UInt8 = 3
    }

    private let standings: UnsafeMutableBufferPointer<UInt8>
    private let observationCounts: UnsafeMutableBufferPointer<Double>
    private let observations: UnsafeMutableBufferPointer<Float>
    private let observationLength: Int
    /// Agents that the round waits for.
    private(set) var awaitedCount = 0
    /// Reports that the round has.
    private(set) var reportCount = 0
    /// Agents that have sent nothing in the round but what was refused.
    private(set) var refusedCount = 0
    /// Of a rule that collects: whether the means have been asked for.
    private(set) var isClosing = false
    /// Since when.
    private(set) var closingSince = Instant(nanoseconds: 0)
    /// Since when the round is open.
    private(set) var openedAt = Instant(nanoseconds: 0)
    /// Whether there is nothing to open: a round was opened since the start of the program, or the rule has none.
    private(set) var isOpen: Bool
    private let progress: UnsafeMutableBufferPointer<UInt64>
    private let prompts: UnsafeMutableBufferPointer<Instant>

    init(
        knownAgents: Int, agents: Int, observationCount: Int, collects: Bool, arena: inout Arena
    ) throws(Arena.Refusal) {
        let standings = try arena.reserve(UInt8.self, count: knownAgents, holder: "round")
        let counts = try arena.reserve(Double.self, count: observationCount == 0 ? 0 : agents, holder: "round")
        let observations = try arena.reserve(Float.self, count: 2 * agents * observationCount, holder: "round")
        let progress = try arena.reserve(UInt64.self, count: collects ? knownAgents : 0, holder: "round")
        let prompts = try arena.reserve(Instant.self, count: collects ? knownAgents : 0, holder: "round")
        isOpen = knownAgents == 0
        self.standings = standings
        self.progress = progress
        self.prompts = prompts
        self.observations = observations
        observationCounts = counts
        observationLength = observationCount
    }

    /// Begins the next round, in which nobody is waited for yet.
    mutating func open(at now: Instant) {
        openedAt = now
        isOpen = true
        isClosing = false
        for index in 0..<progress.count {
            progress[index] = 0
            prompts[index] = now
        }
        for index in 0..<standings.count { standings[index] = Standing.none }
        awaitedCount = 0
        reportCount = 0
        refusedCount = 0
    }

    /// The round waits for `agent`.
    mutating func await(_ agent: Int) {
        guard standings[agent] == Standing.none else { return }
        standings[agent] = Standing.awaited
        awaitedCount += 1
    }

    /// The round does not wait for `agent` any more; a report that it has of it stays.
    mutating func release(_ agent: Int) {
        guard agent < standings.count else { return }
        switch standings[agent] {
        case Standing.awaited: awaitedCount -= 1
        case Standing.refused: refusedCount -= 1
        default: return
        }
        standings[agent] = Standing.none
    }

    /// Takes down that what `agent` sent is no gradient, unless the round has one of it.
    mutating func noteRefusal(of agent: Int) {
        guard agent < standings.count, standings[agent] != Standing.reported else { return }
        release(agent)
        standings[agent] = Standing.refused
        refusedCount += 1
    }

    /// Whether the round waits for `agent`.
    func isAwaiting(_ agent: Int) -> Bool { standings[agent] == Standing.awaited }

    func hasReported(_ agent: Int) -> Bool { standings[agent] == Standing.reported }

    // MARK: - Collecting

    /// How many gradients `agent` has made in this round, as it said.
    func batches(of agent: Int) -> UInt64 { agent < progress.count ? progress[agent] : 0 }

    /// Takes down how far `agent` says it is: messages may come in another order, and what is cumulative never falls.
    mutating func noteProgress(of agent: Int, batches: UInt64) {
        if agent < progress.count { progress[agent] = max(progress[agent], batches) }
    }

    /// Takes down how far `agent` is: as its report says, or not at all because it is gone.
    mutating func setProgress(of agent: Int, batches: UInt64) {
        if agent < progress.count { progress[agent] = batches }
    }

    /// The means are asked for now.
    mutating func beginClosing(at now: Instant) {
        isClosing = true
        closingSince = now
    }

    /// Nobody answered: the round goes on.
    mutating func goOn() { isClosing = false }

    /// Something was sent to `agent` that should make it go on.
    mutating func prompted(_ agent: Int, at now: Instant) {
        if agent < prompts.count { prompts[agent] = now }
    }

    /// When that was; the beginning of the round when it was not.
    func lastPrompt(of agent: Int) -> Instant { agent < prompts.count ? prompts[agent] : openedAt }

    /// Takes down that `agent` has reported.
    mutating func note(_ agent: Int) {
        release(agent)
        standings[agent] = Standing.reported
        reportCount += 1
    }

    /// Keeps the observation statistics of the report at `place` among the contributions until the round closes.
    mutating func keep(_ statistics: ObservationStatistics?, at place: Int) {
        guard observationLength > 0 else { return }
        observationCounts[place] = statistics?.count ?? 0
        guard let statistics else { return }
        let start = 2 * place * observationLength
        for index in 0..<observationLength {
            observations[start + index] = statistics.mean(at: index)
            observations[start + observationLength + index] = statistics.squaredDeviations(at: index)
        }
    }

    /// What was kept of the report at `place`: count, mean, squared deviations.
    func kept(at place: Int) -> (count: Double, mean: Vector, squaredDeviations: Vector)? {
        guard observationLength > 0, observationCounts[place] > 0 else { return nil }
        let start = 2 * place * observationLength
        let middle = start + observationLength
        return (
            observationCounts[place], Vector(UnsafeMutableBufferPointer(rebasing: observations[start..<middle])),
            Vector(UnsafeMutableBufferPointer(rebasing: observations[middle..<middle + observationLength]))
        )
    }

    /// Whether nobody is waited for, there is a report, and at least `minimum` agents have sent something.
    func isComplete(minimum: Int) -> Bool {
        awaitedCount == 0 && reportCount > 0 && reportCount + refusedCount >= minimum
    }
}
