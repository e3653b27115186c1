import Bounded
import CWire

/// Turns frames into messages, and believes nothing in them: every field is checked.
///
/// What a message's vectors point to is the decoder's own memory, valid until its next `decode`. The frame may go away
/// at once.
/// **Memory:** reserved at init: the largest message, and `structBytes` for what protobuf-c builds around its bytes. No
/// allocation after that.
/// **Complexity:** one pass over the bytes and one copy of each vector.
public struct MessageDecoder: ~Copyable {
    /// Scratch for the structs of a message, and for the list of fields that protobuf-c keeps while it reads one.
    static let structBytes = 8_192

    /// What a message is held to.
    public let limits: WireLimits
    private let scratch: Scratch

    /// Reserves what decoding messages within `limits` needs.
    public init(
        limits: WireLimits, holder: StaticString = "wire decoder", arena: inout Arena
    ) throws(Arena.Refusal) {
        self.limits = limits
        scratch = try Scratch(
            byteCount: limits.largestMessageBytes + Self.structBytes, holder: holder, arena: &arena)
    }

    /// The most scratch bytes that any message has taken so far.
    public var peakScratchBytes: Int { scratch.peakBytes }

    /// Decodes what an agent sent.
    ///
    /// **Throws:** any `WireError`; the sender must be answered or dropped, and the same bytes will fail again.
    public mutating func decodeAgentMessage(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> AgentMessage {
        let base = try admitted(bytes)
        guard let message = lapwing__v1__agent_message__unpack(scratch.allocator, bytes.count, base) else {
            throw unpackFailure
        }
        switch message.pointee.body_case {
        case LAPWING__V1__AGENT_MESSAGE__BODY_HELLO:
            let hello = try Hello(decoding: try body(message.pointee.hello))
            try hello.validate()
            return .hello(hello)
        case LAPWING__V1__AGENT_MESSAGE__BODY_UPDATE:
            let update = try Update(decoding: try body(message.pointee.update))
            try update.validate(limits)
            return .update(update)
        case LAPWING__V1__AGENT_MESSAGE__BODY_SKIP:
            let skip = try Skip(decoding: try body(message.pointee.skip))
            try skip.report.validate()
            return .skip(skip)
        case LAPWING__V1__AGENT_MESSAGE__BODY_FETCH:
            return .fetch(Fetch(decoding: try body(message.pointee.fetch)))
        case LAPWING__V1__AGENT_MESSAGE__BODY_GOODBYE:
            let goodbye = Goodbye(decoding: try body(message.pointee.goodbye))
            try goodbye.validate()
            return .goodbye(goodbye)
        case LAPWING__V1__AGENT_MESSAGE__BODY_PROGRESS:
            let progress = Progress(decoding: try body(message.pointee.progress))
            try progress.validate()
            return .progress(progress)
        default:
            throw WireError(.unknownBody, "message")
        }
    }

    /// Decodes what a gateway sent.
    ///
    /// **Throws:** any `WireError`; the message must be dropped, and the same bytes will fail again.
    public mutating func decodeGatewayMessage(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireError) -> GatewayMessage {
        let base = try admitted(bytes)
        guard let message = lapwing__v1__gateway_message__unpack(scratch.allocator, bytes.count, base) else {
            throw unpackFailure
        }
        switch message.pointee.body_case {
        case LAPWING__V1__GATEWAY_MESSAGE__BODY_WELCOME:
            let welcome = try Welcome(decoding: try body(message.pointee.welcome))
            try welcome.validate(limits)
            return .welcome(welcome)
        case LAPWING__V1__GATEWAY_MESSAGE__BODY_POLICY:
            let policy = try Policy(decoding: try body(message.pointee.policy))
            try policy.validate(limits)
            return .policy(policy)
        case LAPWING__V1__GATEWAY_MESSAGE__BODY_ANNOUNCE:
            return .announce(Announce(decoding: try body(message.pointee.announce)))
        case LAPWING__V1__GATEWAY_MESSAGE__BODY_REJECT:
            let reject = try Reject(decoding: try body(message.pointee.reject))
            try reject.validate()
            return .reject(reject)
        case LAPWING__V1__GATEWAY_MESSAGE__BODY_COLLECT:
            let collect = Collect(decoding: try body(message.pointee.collect))
            try collect.validate()
            return .collect(collect)
        default:
            throw WireError(.unknownBody, "message")
        }
    }

    private func admitted(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> UnsafePointer<UInt8> {
        scratch.empty()
        guard let base = bytes.baseAddress, bytes.count > 0 else { throw WireError(.empty, "message") }
        try Validation.require(bytes.count <= limits.largestMessageBytes, .tooLong, "message")
        return base.assumingMemoryBound(to: UInt8.self)
    }

    private var unpackFailure: WireError {
        WireError(scratch.wasRefused ? .scratchExhausted : .malformed, "message")
    }

    private func body<Body>(_ pointer: UnsafeMutablePointer<Body>?) throws(WireError) -> Body {
        guard let pointer else { throw WireError(.unknownBody, "message") }
        return pointer.pointee
    }
}
