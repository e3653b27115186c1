import Bounded
import CWire

/// Turns messages into frames, in a buffer of its own.
///
/// **Memory:** reserved at init: the largest message, and `structBytes` for the structs that protobuf-c reads. No
/// allocation after that.
/// **Complexity:** one copy of each vector.
public struct MessageEncoder: ~Copyable {
    /// Scratch for the structs and texts of the message that needs most of them.
    static let structBytes = 2_048

    /// What a message is held to.
    public let limits: WireLimits
    private let scratch: Scratch
    private let buffer: UnsafeMutableBufferPointer<UInt8>

    /// Reserves what encoding messages within `limits` needs.
    public init(
        limits: WireLimits, holder: StaticString = "wire encoder", arena: inout Arena
    ) throws(Arena.Refusal) {
        let buffer = try arena.reserve(UInt8.self, count: limits.largestMessageBytes, holder: holder)
        scratch = try Scratch(byteCount: Self.structBytes, holder: holder, arena: &arena)
        self.buffer = buffer
        self.limits = limits
    }

    /// Encodes what an agent sends; the bytes are valid until the next `encode`.
    ///
    /// **Throws:** a `WireError` when a field is outside what the protocol allows, or the message is too long.
    public mutating func encode(_ message: borrowing AgentMessage) throws(WireError) -> UnsafeRawBufferPointer {
        scratch.empty()
        let root = scratch.make(lapwing__v1__agent_message__init)
        switch message {
        case .hello(let hello):
            try hello.validate()
            root.pointee.body_case = LAPWING__V1__AGENT_MESSAGE__BODY_HELLO
            root.pointee.hello = hello.encoded(in: scratch)
        case .update(let update):
            try update.validate(limits)
            root.pointee.body_case = LAPWING__V1__AGENT_MESSAGE__BODY_UPDATE
            root.pointee.update = update.encoded(in: scratch)
        case .skip(let skip):
            try skip.report.validate()
            root.pointee.body_case = LAPWING__V1__AGENT_MESSAGE__BODY_SKIP
            root.pointee.skip = skip.encoded(in: scratch)
        case .fetch(let fetch):
            root.pointee.body_case = LAPWING__V1__AGENT_MESSAGE__BODY_FETCH
            root.pointee.fetch = fetch.encoded(in: scratch)
        case .goodbye(let goodbye):
            try goodbye.validate()
            root.pointee.body_case = LAPWING__V1__AGENT_MESSAGE__BODY_GOODBYE
            root.pointee.goodbye = goodbye.encoded(in: scratch)
        case .progress(let progress):
            try progress.validate()
            root.pointee.body_case = LAPWING__V1__AGENT_MESSAGE__BODY_PROGRESS
            root.pointee.progress = progress.encoded(in: scratch)
        }
        return try packed(UnsafeMutableRawPointer(root).assumingMemoryBound(to: ProtobufCMessage.self))
    }

    /// Encodes what a gateway sends; the bytes are valid until the next `encode`.
    ///
    /// **Throws:** a `WireError` when a field is outside what the protocol allows, or the message is too long.
    public mutating func encode(_ message: borrowing GatewayMessage) throws(WireError) -> UnsafeRawBufferPointer {
        scratch.empty()
        let root = scratch.make(lapwing__v1__gateway_message__init)
        switch message {
        case .welcome(let welcome):
            try welcome.validate(limits)
            root.pointee.body_case = LAPWING__V1__GATEWAY_MESSAGE__BODY_WELCOME
            root.pointee.welcome = welcome.encoded(in: scratch)
        case .policy(let policy):
            try policy.validate(limits)
            root.pointee.body_case = LAPWING__V1__GATEWAY_MESSAGE__BODY_POLICY
            root.pointee.policy = policy.encoded(in: scratch)
        case .announce(let announce):
            root.pointee.body_case = LAPWING__V1__GATEWAY_MESSAGE__BODY_ANNOUNCE
            root.pointee.announce = announce.encoded(in: scratch)
        case .reject(let reject):
            try reject.validate()
            root.pointee.body_case = LAPWING__V1__GATEWAY_MESSAGE__BODY_REJECT
            root.pointee.reject = reject.encoded(in: scratch)
        case .collect(let collect):
            root.pointee.body_case = LAPWING__V1__GATEWAY_MESSAGE__BODY_COLLECT
            root.pointee.collect = collect.encoded(in: scratch)
        }
        return try packed(UnsafeMutableRawPointer(root).assumingMemoryBound(to: ProtobufCMessage.self))
    }

    private func packed(_ message: UnsafePointer<ProtobufCMessage>) throws(WireError) -> UnsafeRawBufferPointer {
        let byteCount = protobuf_c_message_get_packed_size(message)
        try Validation.require(byteCount <= buffer.count, .tooLong, "message")
        // Packing into a `ProtobufCBuffer` copies each vector once; `protobuf_c_message_pack` would move it again for
        // every message around it. The simple buffer grows by malloc only beyond `alloced`, which the size rules out.
        var sink = ProtobufCBufferSimple(
            base: ProtobufCBuffer(append: protobuf_c_buffer_simple_append), alloced: buffer.count, len: 0,
            data: buffer.baseAddress, must_free_data: 0, allocator: nil)
        let packedCount = withUnsafeMutablePointer(to: &sink) { sink in
            protobuf_c_message_pack_to_buffer(
                message, UnsafeMutableRawPointer(sink).assumingMemoryBound(to: ProtobufCBuffer.self))
        }
        precondition(packedCount == byteCount, "protobuf-c packed another size than it announced")
        return UnsafeRawBufferPointer(start: buffer.baseAddress, count: packedCount)
    }
}
