import Bounded

/// How long each agent takes from being asked for its mean to the answer, in the order of that time.
///
/// A sooner answer counts at once, a later one for a quarter, since a lost message makes one late. Who is left out is
/// not measured; so every so many rounds everybody is asked.
/// **Memory:** two words for each agent that can be known; nothing unless the quickest are asked alone.
struct AnswerTimes: ~Copyable {
    /// Everybody is asked once in so many rounds: seldom enough that the time of such a round is of no account.
    static let probeInterval: UInt64 = 32

    /// What a later answer moves the time by.
    private static let weight = 0.25

    private let seconds: UnsafeMutableBufferPointer<Double>
    /// Agents, the quickest first; those that were never asked before them.
    private let order: UnsafeMutableBufferPointer<Int>

    init(knownAgents: Int, arena: inout Arena) throws(Arena.Refusal) {
        let seconds = try arena.reserve(Double.self, count: knownAgents, holder: "answer times")
        let order = try arena.reserve(Int.self, count: knownAgents, holder: "answer times")
        seconds.update(repeating: 0)
        for agent in 0..<knownAgents { order[agent] = agent }
        self.seconds = seconds
        self.order = order
    }

    /// How many agents there can be.
    var count: Int { order.count }

    /// The agent with so many before it.
    func agent(at place: Int) -> Int { order[place] }

    /// How long `agent` takes; 0 before it was asked, and when nothing is measured. **Units:** seconds.
    func seconds(of agent: Int) -> Double { agent < seconds.count ? seconds[agent] : 0 }

    /// Takes down an answer that took `elapsed` seconds.
    mutating func note(_ elapsed: Double, of agent: Int) {
        guard agent < seconds.count else { return }
        let known = seconds[agent]
        let next = known == 0 || elapsed < known ? elapsed : known + Self.weight * (elapsed - known)
        // Never 0, which says that nothing is known.
        move(agent, to: max(next, 1e-9))
    }

    /// Takes down that no answer came within `elapsed` seconds.
    mutating func noteSilence(_ elapsed: Double, of agent: Int) {
        guard agent < seconds.count else { return }
        move(agent, to: max(elapsed, seconds[agent]))
    }

    /// Forgets what is known of `agent`: it has a new connection, or is another.
    mutating func forget(_ agent: Int) {
        guard agent < seconds.count else { return }
        move(agent, to: 0)
    }

    private mutating func move(_ agent: Int, to elapsed: Double) {
        seconds[agent] = elapsed
        var place = 0
        while order[place] != agent { place += 1 }
        while place > 0, seconds[order[place - 1]] > elapsed {
            order[place] = order[place - 1]
            place -= 1
        }
        while place + 1 < order.count, seconds[order[place + 1]] < elapsed {
            order[place] = order[place + 1]
            place += 1
        }
        order[place] = agent
    }
}
