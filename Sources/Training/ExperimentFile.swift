import Foundation

/// The text of an experiment's description: sections with labels, and lines `key = value` that know where they stand.
///
/// Lines that begin with `#` or `;` are comments. A key may come more than once; what that means its reader decides.
struct ExperimentFile {
    /// One line.
    struct Entry: Equatable {
        let key: String
        let value: String
        /// From 1.
        let line: Int
    }

    /// A heading `[kind label]` and the lines below it.
    struct Section {
        /// The first word: `experiment`, `common`, `panel`, `arm` or `tune`.
        let kind: String
        /// The rest; empty for kinds that come once.
        let label: String
        /// Of the heading, from 1.
        let line: Int
        var entries: [Entry] = []
    }

    /// What errors call the file.
    let path: String
    private(set) var sections: [Section] = []

    /// **Throws:** `configuration` with the first line that is none, or that stands before any heading.
    init(parsing text: String, path: String) throws(TrainingError) {
        self.path = path
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#"), !trimmed.hasPrefix(";") else { continue }
            if let match = trimmed.wholeMatch(of: /\[([a-z]+)\s*(.*?)\s*\]/) {
                sections.append(Section(kind: String(match.1), label: String(match.2), line: index + 1))
            } else if let match = trimmed.wholeMatch(of: /([a-z][a-z_0-9.-]*)\s*=\s*(.*)/), !sections.isEmpty {
                sections[sections.count - 1].entries.append(
                    Entry(key: String(match.1), value: String(match.2), line: index + 1))
            } else {
                throw error(index + 1, "\(trimmed): expected [section] or key = value")
            }
        }
    }

    /// An error at a line of the file.
    func error(_ line: Int, _ message: String) -> TrainingError {
        TrainingError(.configuration, "\(path):\(line): \(message)")
    }
}
