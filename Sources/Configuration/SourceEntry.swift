/// One `key = value` as it was written; the texts lie in the source's memory.
struct SourceEntry: BitwiseCopyable {
    /// The line, counted from 1; 0 for one that came from the command line.
    var line: Int32
    var section: TextRange
    var key: TextRange
    var value: TextRange

    var isOverride: Bool { line == 0 }
}

/// A run of bytes.
struct TextRange: BitwiseCopyable {
    var start: Int32
    var count: Int32
}
