import Bounded
import CSystem

/// The list of agents that a gateway lets in: one line an agent, its public key in Z85, a space, and its name.
///
/// Empty lines and lines that begin with `# ` are comments. A key is an agent's identity; the name is for people.
public struct AllowedKeysFile: ~Copyable {
    /// One agent of the list.
    public struct Entry: Sendable {
        /// Its public key.
        public let key: AgentKey
        /// Its name; may be empty.
        public let name: FixedText
    }

    private let path: FixedText
    private var reader: LineReader

    /// Opens the list.
    ///
    /// **Throws:** `KeyFileError.missing` or `.inaccessible`.
    public init(path: FixedText) throws(KeyFileError) {
        guard let reader = LineReader(path: path) else { throw KeyFileError(code: lapwing_errno(), path: path) }
        self.path = path
        self.reader = reader
    }

    /// The next agent; nil after the last.
    ///
    /// **Throws:** `KeyFileError.malformed` with the line.
    public mutating func next() throws(KeyFileError) -> Entry? {
        while let line = reader.next() {
            guard !line.isCommentOrBlank else { continue }
            let (word, name) = line.splitAtSpace
            guard let key = AgentKey(z85: word) else {
                throw .malformed(
                    path: path, line: reader.lineNumber,
                    expected: "a public key of 40 Z85 characters, a space, and a name (comments begin with \"# \")")
            }
            return Entry(key: key, name: name)
        }
        if let code = reader.failure { throw KeyFileError(code: code, path: path) }
        return nil
    }
}
