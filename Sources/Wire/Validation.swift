import Bounded
import CWire
import GradientCodec

/// The checks that every field of a message goes through, on its way in and on its way out.
enum Validation {
    /// **Throws:** `kind` for `field` unless `condition` holds.
    @inline(__always)
    static func require(_ condition: Bool, _ kind: WireError.Kind, _ field: StaticString) throws(WireError) {
        guard condition else { throw WireError(kind, field) }
    }

    static func finite(_ value: Float, _ field: StaticString) throws(WireError) {
        try require(value.isFinite, .notFinite, field)
    }

    static func finite(_ value: Double, _ field: StaticString) throws(WireError) {
        try require(value.isFinite, .notFinite, field)
    }

    static func nonNegative(_ value: Float, _ field: StaticString) throws(WireError) {
        try require(value.isFinite, .notFinite, field)
        try require(value >= 0, .outOfRange, field)
    }

    static func nonNegative(_ value: Double, _ field: StaticString) throws(WireError) {
        try require(value.isFinite, .notFinite, field)
        try require(value >= 0, .outOfRange, field)
    }

    /// A number of batches that one update can stand for.
    static func batches(_ count: UInt32, _ field: StaticString) throws(WireError) {
        try require(count >= 1 && count <= WireLimits.batchesMaximum, .outOfRange, field)
    }

    /// A text of printable ASCII, at most `limit` bytes.
    static func text(
        _ text: FixedText, atMost limit: Int, mayBeEmpty: Bool = true, _ field: StaticString
    ) throws(WireError) {
        try require(text.count <= limit && !text.wasCut && (mayBeEmpty || !text.isEmpty), .badText, field)
        for index in 0..<text.count {
            try require(text[index] >= 0x20 && text[index] <= 0x7e, .badText, field)
        }
    }

    /// A packed vector of at most `limit` elements, whose bytes are as many as its codec needs.
    static func vector(_ vector: PackedVector, atMost limit: Int, _ field: StaticString) throws(WireError) {
        try require(vector.count >= 1 && vector.count <= limit, .outOfRange, field)
        try require(
            vector.codec.admits(
                count: vector.count, parameterByteCount: vector.parameters.count, dataByteCount: vector.data.count),
            .wrongByteCount, field)
    }
}

extension FixedText {
    /// The text in a decoded field; what is longer than any text of the protocol is cut, and refused later.
    init(decoding data: ProtobufCBinaryData) {
        self.init(bytes: UnsafeBufferPointer(start: data.data, count: data.len))
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a decoded field.
    init(decoding data: ProtobufCBinaryData) { self.init(start: data.data, count: data.len) }
}

extension ProtobufCBinaryData {
    /// A field over somebody else's bytes, which protobuf-c only reads.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(
            len: bytes.count,
            data: UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: UInt8.self))
    }
}
