import Bounded

/// The keys that may connect: a fixed table with open addressing.
///
/// Only keys that the operator allowed are ever stored, so nobody can choose keys that collide.
/// **Memory:** 80 bytes a key of the arena. **Complexity:** constant for all verbs but `removeAll`.
struct AllowList: ~Copyable {
    private let slots: UnsafeMutableBufferPointer<AgentKey>
    private let isUsed: UnsafeMutableBufferPointer<Bool>
    let maximum: Int
    private(set) var count = 0

    init(maximum: Int, arena: inout Arena) throws(TransportError) {
        var capacity = 2
        while capacity < 2 * maximum { capacity *= 2 }
        let slots = try reserve(AgentKey.self, count: capacity, arena: &arena, holder: "allowed keys")
        let isUsed = try reserve(Bool.self, count: capacity, arena: &arena, holder: "allowed keys")
        self.slots = slots
        self.isUsed = isUsed
        self.maximum = maximum
    }

    func contains(_ key: AgentKey) -> Bool { isUsed[place(of: key)] }

    /// Adds a key; false when the table is full.
    mutating func insert(_ key: AgentKey) -> Bool {
        let place = place(of: key)
        if isUsed[place] { return true }
        guard count < maximum else { return false }
        slots[place] = key
        isUsed[place] = true
        count += 1
        return true
    }

    /// Removes a key; whether it was there.
    mutating func remove(_ key: AgentKey) -> Bool {
        var hole = place(of: key)
        guard isUsed[hole] else { return false }
        isUsed[hole] = false
        count -= 1
        // Move back whatever lies behind the hole and would no longer be found past it.
        var next = (hole + 1) & (slots.count - 1)
        while isUsed[next] {
            let home = home(of: slots[next])
            let distance = (next - home) & (slots.count - 1)
            if distance >= (next - hole) & (slots.count - 1) {
                slots[hole] = slots[next]
                isUsed[hole] = true
                isUsed[next] = false
                hole = next
            }
            next = (next + 1) & (slots.count - 1)
        }
        return true
    }

    mutating func removeAll() {
        isUsed.update(repeating: false)
        count = 0
    }

    private func home(of key: AgentKey) -> Int {
        Int(truncatingIfNeeded: key.words.0 ^ (key.words.1 >> 7)) & (slots.count - 1)
    }

    /// Where the key is, or the free slot where it belongs. One in two slots is free, so the search ends.
    private func place(of key: AgentKey) -> Int {
        var index = home(of: key)
        while isUsed[index], slots[index] != key { index = (index + 1) & (slots.count - 1) }
        return index
    }
}
