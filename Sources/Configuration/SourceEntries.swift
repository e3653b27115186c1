import Bounded

/// The lines of a source, in order, with their texts in one block.
///
/// **Limit:** 256 lines and 128 KiB of text; `add` says so when one more does not fit.
struct SourceEntries {
    private static let maximum = 256
    private static let textLimitBytes = 2 * ConfigurationSource.fileLimitBytes

    private let texts: UnsafeMutablePointer<UInt8>
    private let entries: UnsafeMutablePointer<SourceEntry>
    private var textCount = 0
    private(set) var count = 0

    init() {
        texts = .allocate(capacity: Self.textLimitBytes)
        entries = .allocate(capacity: Self.maximum)
    }

    /// Gives the memory back; the source does it.
    func deallocate() {
        texts.deallocate()
        entries.deallocate()
    }

    subscript(index: Int) -> SourceEntry {
        precondition(index >= 0 && index < count, "an entry beyond the source")
        return entries[index]
    }

    /// Adds what one line says; false when there is no room.
    mutating func add(
        origin: SourceEntry.Origin, line: Int, section: FixedText, key: FixedText, value: FixedText
    ) -> Bool {
        let needed = section.count + key.count + value.count
        guard count < Self.maximum, textCount + needed <= Self.textLimitBytes else { return false }
        let entry = SourceEntry(
            origin: origin, line: Int32(line), section: store(section), key: store(key), value: store(value))
        (entries + count).initialize(to: entry)
        count += 1
        return true
    }

    private mutating func store(_ text: FixedText) -> TextRange {
        let start = textCount
        for index in 0..<text.count { texts[start + index] = text[index] }
        textCount += text.count
        return TextRange(start: Int32(start), count: Int32(text.count))
    }

    func text(_ range: TextRange) -> FixedText {
        FixedText(bytes: UnsafeBufferPointer(start: texts + Int(range.start), count: Int(range.count)))
    }

    /// The entry that sets the same key as entry `index`, stands before it, and has the same origin.
    func earlier(than index: Int) -> SourceEntry? {
        let later = self[index]
        for other in 0..<index
        where entries[other].origin == later.origin
            && text(entries[other].key) == text(later.key) && text(entries[other].section) == text(later.section)
        {
            return entries[other]
        }
        return nil
    }
}
