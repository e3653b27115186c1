import Bounded

/// The mean return of the newest episodes, over the reports that brought them.
///
/// **Memory:** two doubles for each of `length` reports.
struct ReturnWindow: ~Copyable {
    /// How many reports the gateway remembers.
    static let length = 128

    private let episodes: UnsafeMutableBufferPointer<Double>
    private let means: UnsafeMutableBufferPointer<Double>
    private var count = 0
    private var next = 0

    /// Reserves a window; one of length 0 remembers nothing.
    init(length: Int, arena: inout Arena) throws(Arena.Refusal) {
        let episodes = try arena.reserve(Double.self, count: length, holder: "returns")
        let means = try arena.reserve(Double.self, count: length, holder: "returns")
        self.episodes = episodes
        self.means = means
    }

    mutating func add(episodes newEpisodes: UInt32, mean: Double) {
        guard episodes.count > 0, newEpisodes > 0 else { return }
        episodes[next] = Double(newEpisodes)
        means[next] = mean
        next = next + 1 == episodes.count ? 0 : next + 1
        count = min(count + 1, episodes.count)
    }

    /// The mean over the newest reports that hold at least `wanted` episodes together; nil when there are too few yet.
    ///
    /// **Limit:** a full window is enough, however few episodes it holds.
    func mean(overLast wanted: UInt64) -> Double? {
        var sum = 0.0
        var seen = 0.0
        var taken = 0
        var place = next
        while taken < count, seen < Double(wanted) {
            place = place == 0 ? episodes.count - 1 : place - 1
            sum += episodes[place] * means[place]
            seen += episodes[place]
            taken += 1
        }
        guard seen > 0, seen >= Double(wanted) || count == episodes.count else { return nil }
        return sum / seen
    }

    var stateCount: Int { episodes.count == 0 ? 0 : 2 + 2 * episodes.count }

    func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another window")
        guard stateCount > 0 else { return }
        state[0] = Double(count)
        state[1] = Double(next)
        for index in 0..<episodes.count {
            state[2 + index] = episodes[index]
            state[2 + episodes.count + index] = means[index]
        }
    }

    /// Takes back what `write(state:)` wrote; what cannot have been written is left out, and the window starts empty.
    mutating func restore(state: UnsafeBufferPointer<Double>) {
        guard stateCount > 0, state.count == stateCount, let storedCount = Int(exactly: state[0]),
            let storedNext = Int(exactly: state[1]), (0...episodes.count).contains(storedCount),
            (0..<episodes.count).contains(storedNext)
        else { return }
        count = storedCount
        next = storedNext
        for index in 0..<episodes.count {
            episodes[index] = state[2 + index]
            means[index] = state[2 + episodes.count + index]
        }
    }
}
