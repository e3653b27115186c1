import Bounded

/// What one event left to do, in order; messages are encoded when they are taken out.
///
/// **Limit:** the capacity covers the worst event, so that a full queue is a programmer error.
struct ActionQueue: ~Copyable {
    private let items: UnsafeMutableBufferPointer<PendingAction>
    private var first = 0
    private var end = 0

    init(capacity: Int, arena: inout Arena) throws(Arena.Refusal) {
        items = try arena.reserve(PendingAction.self, count: capacity, holder: "actions")
    }

    var isEmpty: Bool { first == end }

    /// Forgets what was taken out.
    mutating func reset() {
        first = 0
        end = 0
    }

    mutating func append(_ action: PendingAction) {
        precondition(end < items.count, "an event with more actions than were reserved for")
        items[end] = action
        end += 1
    }

    mutating func next() -> PendingAction? {
        guard first < end else {
            return nil
        }
        defer { first += 1 }
        return items[first]
    }
}
