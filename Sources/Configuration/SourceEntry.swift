/// One `key = value` as it was written; the texts lie in the source's memory.
struct SourceEntry: BitwiseCopyable {
    /// Where it was written; a later one goes before an earlier one.
    enum Origin: UInt8 {
        case file
        case profile
        case commandLine
    }

    var origin: Origin
    /// The line, counted from 1; 0 for one that came from the command line.
    var line: Int32
    var section: TextRange
    var key: TextRange
    var value: TextRange
}

/// A run of bytes.
struct TextRange: BitwiseCopyable {
    var start: Int32
    var count: Int32
}
