import Bounded

/// Puts any bytes through decoding and encoding, and stops the program when they disagree: the entry for fuzzers.
///
/// The bytes are read once as an agent's message and once as a gateway's. What is accepted must encode, and that
/// encoding must decode and encode to itself.
public struct MessageExercise: ~Copyable {
    private var decoder: MessageDecoder
    private var encoder: MessageEncoder
    private let copy: UnsafeMutableRawBufferPointer

    /// How many readings were accepted.
    public private(set) var acceptedCount = 0
    /// How many readings were refused.
    public private(set) var refusedCount = 0

    /// Reserves a decoder, an encoder and room for one message.
    public init(limits: WireLimits, arena: inout Arena) throws(Arena.Refusal) {
        let copy = try arena.reserve(UInt8.self, count: limits.largestMessageBytes, holder: "wire exercise")
        let decoder = try MessageDecoder(limits: limits, holder: "wire exercise", arena: &arena)
        encoder = try MessageEncoder(limits: limits, holder: "wire exercise", arena: &arena)
        self.decoder = decoder
        self.copy = UnsafeMutableRawBufferPointer(copy)
    }

    /// Reads `bytes` both ways.
    public mutating func run(_ bytes: UnsafeRawBufferPointer) {
        runAgent(bytes)
        runGateway(bytes)
    }

    private mutating func runAgent(_ bytes: UnsafeRawBufferPointer) {
        guard let message = try? decoder.decodeAgentMessage(bytes) else { return refusedCount += 1 }
        acceptedCount += 1
        guard let first = try? encoder.encode(message) else {
            preconditionFailure("an accepted message of an agent does not encode")
        }
        let kept = keep(first)
        guard let again = try? decoder.decodeAgentMessage(kept), let second = try? encoder.encode(again) else {
            preconditionFailure("an encoded message of an agent is refused")
        }
        precondition(Self.same(kept, second), "a message of an agent encodes differently after decoding")
    }

    private mutating func runGateway(_ bytes: UnsafeRawBufferPointer) {
        guard let message = try? decoder.decodeGatewayMessage(bytes) else { return refusedCount += 1 }
        acceptedCount += 1
        guard let first = try? encoder.encode(message) else {
            preconditionFailure("an accepted message of a gateway does not encode")
        }
        let kept = keep(first)
        guard let again = try? decoder.decodeGatewayMessage(kept), let second = try? encoder.encode(again) else {
            preconditionFailure("an encoded message of a gateway is refused")
        }
        precondition(Self.same(kept, second), "a message of a gateway encodes differently after decoding")
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        copy.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(rebasing: copy[..<bytes.count])
    }

    private static func same(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }
}
