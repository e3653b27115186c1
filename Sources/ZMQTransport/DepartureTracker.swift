import Bounded

/// Tells which connection ended, from descriptors: libzmq's monitor names a descriptor, messages name both.
///
/// A descriptor is used again only after its end has been reported, so the reports must be read before a message that
/// shows a descriptor under a new connection is noted.
/// **Limit:** descriptors above the table and departures beyond 256 that nobody asked for are counted, not told.
struct DepartureTracker: ~Copyable {
    private static let ringCapacity = 256

    /// By descriptor: the connection's number plus one, or zero.
    private let owners: UnsafeMutableBufferPointer<UInt64>
    private let departed: UnsafeMutableBufferPointer<UInt32>
    private var first = 0
    private var count = 0
    private(set) var untold: UInt64 = 0

    init(descriptors: Int, arena: inout Arena) throws(TransportError) {
        let owners = try reserve(UInt64.self, count: descriptors, arena: &arena, holder: "connection table")
        let departed = try reserve(
            UInt32.self, count: Self.ringCapacity, arena: &arena, holder: "connection table")
        self.owners = owners
        self.departed = departed
    }

    func isKnown(_ connection: ConnectionID, descriptor: Int) -> Bool {
        guard owners.indices.contains(descriptor) else { return true }
        return owners[descriptor] == UInt64(connection.number) + 1
    }

    mutating func note(_ connection: ConnectionID, descriptor: Int) {
        guard owners.indices.contains(descriptor) else { return }
        owners[descriptor] = UInt64(connection.number) + 1
    }

    mutating func noteEnd(descriptor: Int) {
        guard owners.indices.contains(descriptor), owners[descriptor] != 0 else { return }
        let number = UInt32(owners[descriptor] - 1)
        owners[descriptor] = 0
        guard count < Self.ringCapacity else {
            untold += 1
            return
        }
        departed[(first + count) % Self.ringCapacity] = number
        count += 1
    }

    mutating func next() -> ConnectionID? {
        guard count > 0 else { return nil }
        defer {
            first = (first + 1) % Self.ringCapacity
            count -= 1
        }
        return ConnectionID(departed[first])
    }
}
