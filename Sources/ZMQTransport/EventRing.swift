/// The last few events of a connection.
///
/// **Limit:** 16; the oldest makes room, and `missed` counts it.
struct EventRing {
    private var storage: InlineArray<16, ConnectionEvent> = .init(repeating: .connecting)
    private var first = 0
    private var count = 0
    private(set) var missed: UInt64 = 0

    var isEmpty: Bool { count == 0 }

    mutating func add(_ event: ConnectionEvent) {
        if count == 16 {
            first = (first + 1) % 16
            count -= 1
            missed += 1
        }
        storage[(first + count) % 16] = event
        count += 1
    }

    mutating func next() -> ConnectionEvent? {
        guard count > 0 else { return nil }
        defer {
            first = (first + 1) % 16
            count -= 1
        }
        return storage[first]
    }
}
