import Bounded
import Synchronization

/// Events on their way from the loop to the printer: one writer, one reader, nobody waits.
///
/// **Limit:** when the reader is too slow and the ring is full, `push` says so, and the event is lost.
/// **Memory:** all slots are reserved at the start.
final class EventRing: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<OperatorEvent>
    private let pushed = Atomic<Int>(0)
    private let popped = Atomic<Int>(0)

    init(capacity: Int) {
        precondition(capacity > 0, "a ring without slots")
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: .storeRecovered)
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    /// False when the ring is full.
    func push(_ event: OperatorEvent) -> Bool {
        let end = pushed.load(ordering: .relaxed)
        guard end - popped.load(ordering: .acquiring) < slots.count else { return false }
        slots[end % slots.count] = event
        pushed.store(end + 1, ordering: .releasing)
        return true
    }

    func pop() -> OperatorEvent? {
        let start = popped.load(ordering: .relaxed)
        guard start < pushed.load(ordering: .acquiring) else { return nil }
        let event = slots[start % slots.count]
        popped.store(start + 1, ordering: .releasing)
        return event
    }
}
