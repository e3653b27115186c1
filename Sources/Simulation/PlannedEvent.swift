/// Something that happens to an agent at a moment known from the beginning.
struct PlannedEvent: Comparable {
    enum Kind: Equatable {
        /// Its program starts, and connects.
        case start
        /// Its power fails.
        case failure
        /// The gateway notices that nothing comes over this connection any more.
        case silence(UInt32)

        var rank: Int {
            switch self {
            case .failure: 0
            case .silence: 1
            case .start: 2
            }
        }
    }

    let time: UInt64
    let agent: Int
    let kind: Kind
    /// After a failure: how long the gateway takes to notice.
    var silence: UInt64 = 0

    /// All that is known at the beginning, the last first.
    static func all(agents: Int, dropouts: [Dropout], heartbeats: [UInt64]) -> [PlannedEvent] {
        var events = (1...agents).map { PlannedEvent(time: 0, agent: $0, kind: .start) }
        for dropout in dropouts {
            let from = VirtualClock.nanoseconds(seconds: dropout.from)
            let to = VirtualClock.nanoseconds(seconds: dropout.to)
            if from == 0 {
                // It was not there yet.
                events.removeAll { $0.agent == dropout.agent && $0.time == 0 && $0.kind == .start }
            } else {
                var failure = PlannedEvent(time: from, agent: dropout.agent, kind: .failure)
                failure.silence = heartbeats[dropout.agent - 1]
                events.append(failure)
            }
            events.append(PlannedEvent(time: to, agent: dropout.agent, kind: .start))
        }
        return events.sorted()
    }

    /// In the order of a stack: the first to happen is the largest.
    static func < (left: PlannedEvent, right: PlannedEvent) -> Bool {
        (right.time, right.kind.rank, right.agent) < (left.time, left.kind.rank, left.agent)
    }
}
