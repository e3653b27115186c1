import Bounded

/// Why a message could not be decoded or encoded: what kind of fault, and in which field.
///
/// Decoding: the bytes came from a peer that is broken, hostile or newer; drop the message, count it by kind, name the
/// sender. Encoding: a value of ours is outside what the protocol allows. A retry with the same input never helps.
public struct WireError: Error, Sendable {
    /// The kind of fault; small and dense, so that it can index a table of counters.
    public enum Kind: UInt8, Sendable {
        /// No bytes at all. (To protobuf they would be a valid message without a body.)
        case empty
        /// The message is longer than the limit, or too long for the buffer reserved for it.
        case tooLong
        /// The bytes are not a protobuf message of this schema.
        case malformed
        /// The message needs more scratch memory than was reserved: many unknown fields, or many pieces.
        case scratchExhausted
        /// The body is of a kind that this protocol version does not know, or absent.
        case unknownBody
        /// A part that must be there is not.
        case missing
        /// A number is outside its range.
        case outOfRange
        /// A number is an infinity or not a number.
        case notFinite
        /// The bytes of a vector are not as many as its count and codec need.
        case wrongByteCount
        /// An enumeration has a value that this protocol version does not know.
        case unknownValue
        /// A text is empty where it must not be, too long, or not printable ASCII.
        case badText
        /// Two fields contradict each other.
        case contradiction
    }

    /// How many kinds there are, for a table of counters.
    public static let kindCount = 12

    /// The kind of fault.
    public let kind: Kind
    /// The field at fault, as in `update.report.steps`; `message` when no single field is.
    public let field: StaticString

    public init(_ kind: Kind, _ field: StaticString) {
        self.kind = kind
        self.field = field
    }

    /// What is wrong, in a few words.
    public var reason: StaticString {
        switch kind {
        case .empty: "is empty"
        case .tooLong: "is longer than the limit"
        case .malformed: "is not a protobuf message of this schema"
        case .scratchExhausted: "has more fields than memory was reserved for"
        case .unknownBody: "has no body that this version knows"
        case .missing: "is missing"
        case .outOfRange: "is out of range"
        case .notFinite: "is not finite"
        case .wrongByteCount: "has the wrong number of bytes"
        case .unknownValue: "has a value that this version does not know"
        case .badText: "is not a printable text of the allowed length"
        case .contradiction: "contradicts another field"
        }
    }

    /// One line for a person: `report.steps is out of range`.
    public var text: FixedText {
        var text = FixedText(field)
        text.append(" ")
        text.append(reason)
        return text
    }
}

extension WireError: Equatable {
    public static func == (left: WireError, right: WireError) -> Bool {
        left.kind == right.kind && FixedText(left.field) == FixedText(right.field)
    }
}
