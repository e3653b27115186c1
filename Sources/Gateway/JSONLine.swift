import Bounded
import ZMQTransport

/// One line of JSON, written field by field in the order of the calls.
struct JSONLine {
    private(set) var text: String

    init(event: String) { text = "{\"event\":\"\(event)\"" }

    /// The line, closed.
    var line: String { text + "}\n" }

    mutating func add(_ name: String, _ value: some BinaryInteger) { text += ",\"\(name)\":\(value)" }

    mutating func add(_ name: String, _ value: Bool) { text += ",\"\(name)\":\(value)" }

    /// Text that is JSON already.
    mutating func add(_ name: String, object: String) { text += ",\"\(name)\":\(object)" }

    /// What is not finite becomes null: JSON has no other word for it.
    mutating func add(_ name: String, _ value: Double) {
        text += ",\"\(name)\":" + (value.isFinite ? "\(value)" : "null")
    }

    mutating func add(_ name: String, _ value: StaticString) { add(name, string: "\(value)") }

    mutating func add(_ name: String, _ value: FixedText) {
        add(name, string: value.withBytes { String(decoding: $0, as: UTF8.self) })
    }

    /// In Z85; null when all zeros.
    mutating func add(_ name: String, _ key: AgentKey) {
        if key == AgentKey(words: (0, 0, 0, 0)) {
            text += ",\"\(name)\":null"
        } else {
            add(name, PublicKey(key).z85)
        }
    }

    /// 16 hexadecimal digits.
    mutating func add(_ name: String, hexadecimal value: UInt64) {
        let digits = String(value, radix: 16)
        add(name, string: String(repeating: "0", count: 16 - digits.count) + digits)
    }

    mutating func add(_ name: String, string: String) {
        text += ",\"\(name)\":\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
