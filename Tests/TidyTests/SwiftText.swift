/// Swift source with comments and the insides of string literals blanked, line for line.
///
/// Rules about code look at this, so that a word in a comment or a message is not taken for code. It is a scanner, not
/// a parser: interpolations are blanked with their strings, and regex literals are not known.
struct SwiftText {
    let lines: [String]

    init(_ source: String) {
        var output: [String] = []
        var current = ""
        var state = State.code
        var characters = Array(source.unicodeScalars)
        characters.append("\n")
        var index = 0

        func starts(_ text: String) -> Bool {
            var cursor = index
            for wanted in text.unicodeScalars {
                guard cursor < characters.count, characters[cursor] == wanted else { return false }
                cursor += 1
            }
            return true
        }

        while index < characters.count {
            let character = characters[index]
            if character == "\n" {
                output.append(current)
                current = ""
                if case .lineComment = state { state = .code }
                if case .string(let hashes, false, _) = state, hashes == 0 { state = .code }
                index += 1
                continue
            }
            switch state {
            case .code:
                if starts("//") {
                    state = .lineComment
                } else if starts("/*") {
                    state = .blockComment(depth: 1)
                    index += 2
                    continue
                } else if let opened = Self.stringStart(characters, index) {
                    state = .string(hashes: opened.hashes, isMultiline: opened.isMultiline, depth: 0)
                    current += "\""
                    index += opened.length
                    continue
                } else {
                    current.unicodeScalars.append(character)
                }
            case .lineComment:
                break
            case .blockComment(let depth):
                if starts("*/") {
                    state = depth == 1 ? .code : .blockComment(depth: depth - 1)
                    index += 2
                    continue
                }
                if starts("/*") {
                    state = .blockComment(depth: depth + 1)
                    index += 2
                    continue
                }
            case .string(let hashes, let isMultiline, let depth):
                let hashText = String(repeating: "#", count: hashes)
                let close = (isMultiline ? "\"\"\"" : "\"") + hashText
                if starts("\\" + hashText + "(") {
                    state = .string(hashes: hashes, isMultiline: isMultiline, depth: depth + 1)
                    index += 2 + hashes
                    continue
                }
                if depth > 0 {
                    if character == "(" {
                        state = .string(hashes: hashes, isMultiline: isMultiline, depth: depth + 1)
                    } else if character == ")" {
                        state = .string(hashes: hashes, isMultiline: isMultiline, depth: depth - 1)
                    }
                } else if hashes == 0, character == "\\" {
                    // The newline behind a continued line still ends a line of the file.
                    index += index + 1 < characters.count && characters[index + 1] == "\n" ? 1 : 2
                    continue
                } else if starts(close) {
                    state = .code
                    current += "\""
                    index += close.unicodeScalars.count
                    continue
                }
            }
            index += 1
        }
        lines = output
    }

    private enum State {
        case code
        case lineComment
        case blockComment(depth: Int)
        case string(hashes: Int, isMultiline: Bool, depth: Int)
    }

    private static func stringStart(
        _ characters: [Unicode.Scalar], _ start: Int
    ) -> (hashes: Int, isMultiline: Bool, length: Int)? {
        var index = start
        while index < characters.count, characters[index] == "#" { index += 1 }
        let hashes = index - start
        guard index < characters.count, characters[index] == "\"" else { return nil }
        let isMultiline =
            index + 2 < characters.count && characters[index + 1] == "\"" && characters[index + 2] == "\""
        return (hashes, isMultiline, hashes + (isMultiline ? 3 : 1))
    }
}
