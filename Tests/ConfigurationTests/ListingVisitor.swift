import Bounded
import PolicyMath

@testable import Configuration

/// Everything that the schema says about each key, as an example file states it.
final class ListingVisitor: SchemaVisitor {
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

    override func begin(section name: StaticString) { section = name.description }

    private func add(_ key: StaticString, _ allowed: String, _ value: String) {
        keys.append(Key(section: section, name: key.description, allowed: allowed, value: value))
    }

    override func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) {
        let allowed =
            switch kind {
            case .plain: "text"
            case .endpoint: "tcp://host:port"
            case .path, .pathOrName: "path"
            }
        add(key, allowed, value.string)
    }

    override func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) {
        let high = range.highest == Int.max ? "\(range.lowest) up" : "\(range.lowest) to \(range.highest)"
        add(key, "\(high) \(range.unit)", "\(value)")
    }

    override func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange, isSingle: Bool) {
        let single = Float(value)
        add(key, Self.text(range), isSingle ? canonical { $0.write(single) } : canonical { $0.write(value) })
    }

    override func flag(_ key: StaticString, _ value: inout Bool) { add(key, "true or false", "\(value)") }

    override func choice(_ key: StaticString, _ index: inout Int, words: StaticString) {
        let words = words.description.split(separator: " ")
        add(key, words.joined(separator: ", "), String(words[index]))
    }

    override func widths(_ key: StaticString, _ value: inout LayerWidths) {
        let text = (0..<value.count).map { "\(value[$0])" }.joined(separator: " ")
        add(key, "up to 8 widths, none", text)
    }

    private static func text(_ range: NumberRange) -> String {
        let low = canonical { $0.write(range.lowest) }
        let high = canonical { $0.write(range.highest) }
        return (range.isLowestExcluded ? "above \(low), at most \(high)" : "\(low) to \(high)") + " \(range.unit)"
    }
}
