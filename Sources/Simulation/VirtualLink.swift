import Bounded

/// One direction of one agent's link: messages go in one after another, and come out in the same order or not at all.
///
/// **Memory:** the messages that are under way.
struct VirtualLink: Sendable {
    private let speed: LinkSpeed
    private let loss: Double
    private let frameCost: FrameCost
    private var draws: RandomGenerator
    private var freeAt: UInt64 = 0
    private var frames: [VirtualFrame] = []
    private var first = 0
    /// Messages that were lost.
    private(set) var lostCount = 0

    init(_ speed: LinkSpeed, loss: Double, frameCost: FrameCost, seed: UInt64, stream: UInt64) {
        self.speed = speed
        self.loss = loss
        self.frameCost = frameCost
        draws = RandomGenerator(seed: seed, stream: stream)
    }

    /// Sends a message at `now`.
    mutating func send(_ bytes: [UInt8], over connection: UInt32, hasVector: Bool, at now: UInt64) {
        let cost = frameCost.bytes(bytes.count)
        let begins = max(now, freeAt)
        let occupied = VirtualClock.nanoseconds(seconds: speed.occupiedSeconds(bytes: cost, hasVector: hasVector))
        freeAt = VirtualClock.moment(occupied, after: begins)
        if loss > 0, draws.uniform() < loss {
            lostCount += 1
            return
        }
        let latency = VirtualClock.nanoseconds(seconds: speed.latencyMilliseconds * 1e-3)
        let arrival = VirtualClock.moment(latency, after: freeAt)
        frames.append(VirtualFrame(arrival: arrival, connection: connection, bytes: bytes))
    }

    /// When the next message arrives.
    var nextArrival: UInt64 { first < frames.count ? frames[first].arrival : VirtualClock.never }

    /// Takes out the next message if it has arrived by `now`.
    mutating func receive(at now: UInt64) -> VirtualFrame? {
        guard nextArrival <= now else { return nil }
        let frame = frames[first]
        first += 1
        if first == frames.count {
            frames.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 1_000, first > frames.count / 2 {
            frames.removeFirst(first)
            first = 0
        }
        return frame
    }

    /// The link breaks: what is under way is lost.
    mutating func cut(at now: UInt64) {
        lostCount += frames.count - first
        frames.removeAll(keepingCapacity: true)
        first = 0
        freeAt = now
    }
}
