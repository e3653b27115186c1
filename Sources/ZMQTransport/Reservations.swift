import Bounded
import CZeroMQ

/// Reserves the items of a poll.
func reservePollItems(
    _ count: Int, arena: inout Arena, holder: StaticString
) throws(TransportError) -> UnsafeMutablePointer<zmq_pollitem_t> {
    let bytes = count * MemoryLayout<zmq_pollitem_t>.stride
    let words = try reserve(UInt64.self, count: (bytes + 7) / 8, arena: &arena, holder: holder)
    guard let base = words.baseAddress else { preconditionFailure("a reservation without memory") }
    return UnsafeMutableRawPointer(base).bindMemory(to: zmq_pollitem_t.self, capacity: count)
}

/// Reserves from the arena, its refusal turned into a transport's error.
func reserve<Element: BitwiseCopyable>(
    _ type: Element.Type, count: Int, arena: inout Arena, holder: StaticString
) throws(TransportError) -> UnsafeMutableBufferPointer<Element> {
    do throws(Arena.Refusal) {
        return try arena.reserve(type, count: count, holder: holder)
    } catch {
        throw .memory(error)
    }
}
