import Bounded
import PolicyMath

@testable import Configuration

/// Everything that the schema says about each key, as an example file states it.
struct ListingVisitor: SchemaVisitor {
    struct Key: Equatable, Sendable {
        let section: String
        let name: String
        /// What values are allowed.
        let allowed: String
        /// The default, as the file writes it.
        let value: String
    }

    private(set) var keys: [Key] = []
    private var section = ""

    mutating func begin(section name: StaticString) { section = name.description }

    private mutating func add(_ key: StaticString, _ allowed: String, _ value: String) {
        keys.append(Key(section: section, name: key.description, allowed: allowed, value: value))
    }

    mutating func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) {
        let allowed =
            switch kind {
            case .plain: "text"
            case .endpoint: "tcp://host:port"
            case .path, .pathOrName: "path"
            }
        add(key, allowed, value.string)
    }

    mutating func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) {
        let high = range.highest == Int.max ? "\(range.lowest) up" : "\(range.lowest) to \(range.highest)"
        add(key, "\(high) \(range.unit)", "\(value)")
    }

    mutating func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange) {
        add(key, Self.text(range), canonical { $0.write(value) })
    }

    mutating func number(_ key: StaticString, _ value: inout Float, _ range: NumberRange) {
        add(key, Self.text(range), canonical { $0.write(value) })
    }

    mutating func flag(_ key: StaticString, _ value: inout Bool) { add(key, "true or false", "\(value)") }

    mutating func choice(_ key: StaticString, _ index: inout Int, words: StaticString) {
        let words = words.description.split(separator: " ")
        add(key, words.joined(separator: ", "), String(words[index]))
    }

    mutating func widths(_ key: StaticString, _ value: inout LayerWidths) {
        let text = (0..<value.count).map { "\(value[$0])" }.joined(separator: " ")
        add(key, "up to 8 widths, none", text)
    }

    private static func text(_ range: NumberRange) -> String {
        let low = canonical { $0.write(range.lowest) }
        let high = canonical { $0.write(range.highest) }
        return (range.isLowestExcluded ? "above \(low), at most \(high)" : "\(low) to \(high)") + " \(range.unit)"
    }
}
