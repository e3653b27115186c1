import Bounded

extension FixedText {
    /// Whether a line says nothing: blank, a lone `#`, or `#` and a space. A key may begin with `#`.
    var isCommentOrBlank: Bool {
        guard let first = firstWordStart else { return true }
        guard self[first] == 0x23 else { return false }
        return first + 1 == count || Self.isSpace(self[first + 1])
    }

    /// The trimmed parts before and after the first `=`, or nil.
    var splitAtEquals: (FixedText, FixedText)? {
        for index in 0..<count where self[index] == 0x3d {
            return (trimmed(0, index), trimmed(index + 1, count))
        }
        return nil
    }

    /// The first word and the rest, trimmed.
    var splitAtSpace: (FixedText, FixedText) {
        guard let start = firstWordStart else { return (FixedText(), FixedText()) }
        var end = start
        while end < count, !Self.isSpace(self[end]) { end += 1 }
        return (trimmed(start, end), trimmed(end, count))
    }

    private var firstWordStart: Int? {
        for index in 0..<count where !Self.isSpace(self[index]) { return index }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

    private func trimmed(_ start: Int, _ end: Int) -> FixedText {
        var start = start
        var end = end
        while start < end, Self.isSpace(self[start]) { start += 1 }
        while end > start, Self.isSpace(self[end - 1]) { end -= 1 }
        var part = FixedText()
        for index in start..<end { part.append(byte: self[index]) }
        return part
    }
}
