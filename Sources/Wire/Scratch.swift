import Bounded
import CWire

/// A fixed block that protobuf-c allocates from; it is emptied before each message.
///
/// protobuf-c asks its allocator for the structs, the texts and the vectors of a message. Here each request takes the
/// next bytes of the block, giving back does nothing, and a request that does not fit is refused, which makes
/// protobuf-c give up on the message.
/// **Memory:** the block, and one cache line of its own, from the arena.
struct Scratch: ~Copyable {
    /// What the allocator's C functions see through `allocator_data`.
    private struct State: BitwiseCopyable {
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var usedBytes: Int
        var peakBytes: Int
        var wasRefused: Bool

        mutating func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
            let start = usedBytes
            guard byteCount >= 0, byteCount <= capacity - start else {
                wasRefused = true
                return nil
            }
            usedBytes = min((start + byteCount + 15) & ~15, capacity)
            peakBytes = max(peakBytes, usedBytes)
            return base + start
        }
    }

    private let state: UnsafeMutablePointer<State>
    /// What protobuf-c is handed.
    let allocator: UnsafeMutablePointer<ProtobufCAllocator>

    init(byteCount: Int, holder: StaticString, arena: inout Arena) throws(Arena.Refusal) {
        let block = try arena.reserve(UInt8.self, count: byteCount, holder: holder)
        let stateBlock = try arena.reserve(UInt8.self, count: MemoryLayout<State>.stride, holder: holder)
        let allocatorBlock = try arena.reserve(
            UInt8.self, count: MemoryLayout<ProtobufCAllocator>.stride, holder: holder)
        guard let base = block.baseAddress, let stateBase = stateBlock.baseAddress,
            let allocatorBase = allocatorBlock.baseAddress
        else { preconditionFailure("an arena reserves memory that exists") }

        state = UnsafeMutableRawPointer(stateBase).bindMemory(to: State.self, capacity: 1)
        state.initialize(
            to: State(
                base: UnsafeMutableRawPointer(base), capacity: byteCount, usedBytes: 0, peakBytes: 0,
                wasRefused: false))
        allocator = UnsafeMutableRawPointer(allocatorBase).bindMemory(to: ProtobufCAllocator.self, capacity: 1)
        allocator.initialize(
            to: ProtobufCAllocator(
                alloc: { data, byteCount in
                    guard let data else { return nil }
                    return data.assumingMemoryBound(to: State.self).pointee.take(Int(bitPattern: UInt(byteCount)))
                },
                free: { _, _ in },
                allocator_data: UnsafeMutableRawPointer(state)))
    }

    /// Whether a request was refused since the last `empty()`.
    var wasRefused: Bool { state.pointee.wasRefused }

    /// The most bytes that were ever in use.
    var peakBytes: Int { state.pointee.peakBytes }

    /// Makes the whole block free again.
    func empty() {
        state.pointee.usedBytes = 0
        state.pointee.wasRefused = false
    }

    /// A C struct of a message, in its initial state.
    ///
    /// **Limit:** the block must have room; the caller reserved it for all that can be asked.
    func make<Message>(_ initialise: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
        guard let block = state.pointee.take(MemoryLayout<Message>.size) else {
            preconditionFailure("an encoder's scratch is too small for a message's structs")
        }
        let message = block.bindMemory(to: Message.self, capacity: 1)
        initialise(message)
        return message
    }

    /// A copy of `text` that lasts until the block is emptied.
    func bytes(of text: FixedText) -> ProtobufCBinaryData {
        guard let block = state.pointee.take(text.count) else {
            preconditionFailure("an encoder's scratch is too small for a message's texts")
        }
        let bytes = block.bindMemory(to: UInt8.self, capacity: text.count)
        for index in 0..<text.count { bytes[index] = text[index] }
        return ProtobufCBinaryData(len: text.count, data: bytes)
    }

    /// Room for `count` integers.
    func integers(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        guard let block = state.pointee.take(count * 4) else {
            preconditionFailure("an encoder's scratch is too small for a message's integers")
        }
        return block.bindMemory(to: UInt32.self, capacity: count)
    }
}
