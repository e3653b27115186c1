import Bounded

/// Two one-way streams of frames that lose, repeat, delay and overtake, drawn from one seed.
struct LossyNetwork {
    struct Faults {
        var loss = 0.0
        var repeats = 0.0
        /// The longest delay; frames with different delays overtake each other.
        var delayMilliseconds = 0
    }

    enum Direction {
        case toGateway
        case toAgent
    }

    private struct Frame {
        let direction: Direction
        let bytes: [UInt8]
        let dueAt: Instant
    }

    var faults: Faults
    private(set) var lost = 0
    private(set) var repeated = 0
    private var frames: [Frame] = []
    private var generator: RandomGenerator

    init(faults: Faults, seed: UInt64) {
        self.faults = faults
        generator = RandomGenerator(seed: seed, stream: 99)
    }

    mutating func send(_ bytes: [UInt8], _ direction: Direction, at now: Instant) {
        guard generator.uniform() >= faults.loss else {
            lost += 1
            return
        }
        let copies = generator.uniform() < faults.repeats ? 2 : 1
        repeated += copies - 1
        for _ in 0..<copies {
            let delay = generator.below(faults.delayMilliseconds + 1)
            frames.append(
                Frame(direction: direction, bytes: bytes, dueAt: now.advanced(byMilliseconds: delay)))
        }
    }

    /// The frames that arrive by `now`, earliest first.
    mutating func arrivals(at now: Instant) -> [(Direction, [UInt8])] {
        let due = frames.filter { $0.dueAt <= now }.sorted { $0.dueAt < $1.dueAt }
        frames.removeAll { $0.dueAt <= now }
        return due.map { ($0.direction, $0.bytes) }
    }

    /// The connection is gone, and everything on its way with it.
    mutating func cut() {
        lost += frames.count
        frames.removeAll()
    }
}
