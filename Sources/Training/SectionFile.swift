import Foundation

/// The text of a file in which the order of sections matters, such as an experiment's description: headings, also those
/// without anything below them, and lines `key = value` that know where they stand.
///
/// Lines that begin with `#` or `;` are comments. A key may come more than once; what that means its reader decides.
package struct SectionFile {
    /// One line.
    package struct Entry: Equatable {
        package let key: String
        package let value: String
        /// From 1.
        package let line: Int
    }

    /// A heading `[kind label]` and the lines below it.
    package struct Section {
        /// The first word, such as `experiment`, `panel` or `arm`.
        package let kind: String
        /// The rest; may be empty.
        package let label: String
        /// Of the heading, from 1.
        package let line: Int
        package fileprivate(set) var entries: [Entry] = []

        /// The heading without its brackets.
        package let name: String
    }

    /// What errors call the file.
    package let path: String
    package private(set) var sections: [Section] = []

    /// **Throws:** `missingInput` when there is no such file, `configuration` with the first line that is none.
    package init(reading url: URL) throws(TrainingError) {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw TrainingError(.missingInput, "\(url.relativePath): there is no such file, or it may not be read")
        }
        try self.init(parsing: text, path: url.relativePath)
    }

    /// **Throws:** `configuration` with the first line that is none, or that stands before any heading.
    package init(parsing text: String, path: String) throws(TrainingError) {
        self.path = path
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#"), !trimmed.hasPrefix(";") else { continue }
            if let match = trimmed.wholeMatch(of: /\[(([a-z_]+)\s*(.*?))\s*\]\s*(?:;.*)?/) {
                sections.append(
                    Section(
                        kind: String(match.2), label: String(match.3), line: index + 1, name: String(match.1)))
            } else if let match = trimmed.wholeMatch(of: /([a-z][a-z_0-9.-]*)\s*=\s*(.*)/), !sections.isEmpty {
                sections[sections.count - 1].entries.append(
                    Entry(key: String(match.1), value: String(match.2), line: index + 1))
            } else {
                throw error(index + 1, "\(trimmed): expected [section] or key = value")
            }
        }
    }

    /// An error at a line of the file.
    package func error(_ line: Int, _ message: String) -> TrainingError {
        TrainingError(.configuration, "\(path):\(line): \(message)")
    }
}
