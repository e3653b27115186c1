import Bounded

/// Which agent is at which connection: a hash table with open addressing.
///
/// **Memory:** two words for each of at least twice the entries that it can hold.
/// **Complexity:** a few probes.
struct ConnectionTable: ~Copyable {
    struct Entry: BitwiseCopyable {
        var connection: UInt32 = 0
        /// The agent's index plus one; 0 marks an empty place.
        var agentPlusOne: UInt32 = 0
    }

    private let entries: UnsafeMutableBufferPointer<Entry>
    private let mask: UInt32
    private(set) var count = 0
    let capacity: Int

    init(capacity: Int, arena: inout Arena) throws(Arena.Refusal) {
        var size = 4
        while size < capacity * 2 { size *= 2 }
        let entries = try arena.reserve(Entry.self, count: size, holder: "connections")
        self.entries = entries
        self.capacity = capacity
        mask = UInt32(size - 1)
    }

    /// The agent at `connection`.
    func agent(at connection: Connection) -> Int? {
        var place = home(connection.number)
        while entries[Int(place)].agentPlusOne != 0 {
            if entries[Int(place)].connection == connection.number { return Int(entries[Int(place)].agentPlusOne) - 1 }
            place = (place &+ 1) & mask
        }
        return nil
    }

    /// Puts `agent` at `connection`, which must be free.
    mutating func insert(_ connection: Connection, agent: Int) {
        precondition(count < capacity, "more connections than agents")
        var place = home(connection.number)
        while entries[Int(place)].agentPlusOne != 0 { place = (place &+ 1) & mask }
        entries[Int(place)] = Entry(connection: connection.number, agentPlusOne: UInt32(agent + 1))
        count += 1
    }

    /// Forgets `connection`.
    mutating func remove(_ connection: Connection) {
        var place = home(connection.number)
        while entries[Int(place)].connection != connection.number || entries[Int(place)].agentPlusOne == 0 {
            if entries[Int(place)].agentPlusOne == 0 { return }
            place = (place &+ 1) & mask
        }
        count -= 1
        // Close the gap, so that no later entry of the same run becomes unreachable.
        var next = place
        while true {
            entries[Int(place)] = Entry()
            repeat {
                next = (next &+ 1) & mask
                if entries[Int(next)].agentPlusOne == 0 { return }
            } while lies(home(entries[Int(next)].connection), after: place, upTo: next)
            entries[Int(place)] = entries[Int(next)]
            place = next
        }
    }

    /// Whether `home` lies in the cyclic range (`gap`, `place`].
    private func lies(_ home: UInt32, after gap: UInt32, upTo place: UInt32) -> Bool {
        gap < place ? (home > gap && home <= place) : (home > gap || home <= place)
    }

    private func home(_ number: UInt32) -> UInt32 { (number &* 0x9e37_79b1) >> 7 & mask }
}
