import Foundation

/// Reading and writing a JSON value a line.
public enum JSONLines {
    /// Calls `body` with the value of each line and the line's number, from 1; empty lines are skipped.
    ///
    /// **Throws:** `missingInput`, `data` with file, line and what is wrong, and what `body` throws.
    static func forEach<Value: Decodable>(
        _ type: Value.Type, in url: URL, _ body: (Value, Int) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
            throw TrainingError(.missingInput, "\(url.path): there is no such file, or it may not be read")
        }
        let decoder = JSONDecoder()
        var line = 0
        var start = data.startIndex
        while start < data.endIndex {
            line += 1
            let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) ?? data.endIndex
            let text = data[start..<end]
            start = end < data.endIndex ? end + 1 : end
            guard text.contains(where: { !($0 == 32 || $0 == 9 || $0 == 13) }) else { continue }
            let value: Value
            do { value = try decoder.decode(Value.self, from: text) } catch {
                throw .data(url.path, line: line, explain(error))
            }
            try body(value, line)
        }
    }

    /// Decodes one value that stands on the command line or in a file.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ text: String, name: String
    ) throws(TrainingError) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(text.utf8)) } catch {
            throw TrainingError(.data, "\(name): \(explain(error))")
        }
    }

    /// What a decoding error means, for a person.
    static func explain(_ error: some Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return path.isEmpty ? "" : " at " + path.joined(separator: ".").replacingOccurrences(of: ".[", with: "[")
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
        case .typeMismatch(let type, let context): return "expected \(name(of: type))\(place(context))"
        case .valueNotFound(let type, let context): return "expected \(name(of: type)), not null\(place(context))"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "this is not JSON" : "\(context.debugDescription)\(place(context))"
        default: return "this is not JSON"
        }
    }

    private static func name(of type: Any.Type) -> String {
        switch "\(type)" {
        case "Double", "Float": "a number"
        case "Int", "UInt64", "UInt32": "a whole number"
        case "Bool": "true or false"
        case "String": "a text"
        case let name where name.hasPrefix("Array"): "an array"
        default: "an object"
        }
    }

    // MARK: - Writing

    /// `[1.5,-2.0]`: each number with the fewest digits that read back as the same double, 17 at most.
    static func array(_ numbers: some Sequence<Double>) -> String {
        "[" + numbers.map { number($0) }.joined(separator: ",") + "]"
    }

    /// One number; JSON has no word for what is not finite, so that becomes null.
    static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

    /// A text with its quotation marks.
    public static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20: quoted += String(format: "\\u%04x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
