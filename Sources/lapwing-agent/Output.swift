import Bounded

/// Writes to stdout in one piece if it has at most 1,000 bytes.
func withOutputWriter(_ body: (inout TextWriter) -> Void) { withWriter(1, body) }

/// Writes to stderr in one piece if it has at most 1,000 bytes.
func withErrorWriter(_ body: (inout TextWriter) -> Void) { withWriter(2, body) }

private func withWriter(_ descriptor: Int32, _ body: (inout TextWriter) -> Void) {
    // Up to a kilobyte lies on the stack; more would be a block on the heap, after the start too.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1_000) { buffer in
        var writer = TextWriter(descriptor: descriptor, buffer: buffer)
        body(&writer)
        writer.flush()
    }
}

extension TextWriter {
    /// Writes a text between quotation marks, escaped for JSON.
    mutating func writeQuoted(_ text: FixedText) {
        write("\"")
        for index in 0..<text.count {
            let byte = text[index]
            if byte == 0x22 || byte == 0x5c { write(byte: 0x5c) }
            write(byte: byte < 0x20 ? 0x20 : byte)
        }
        write("\"")
    }

    /// Writes `,"name":number`.
    mutating func writeField(_ name: StaticString, _ number: UInt64) {
        writeKey(name)
        write(number)
    }

    /// Writes `,"name":number`, or null for what JSON cannot hold.
    mutating func writeField(_ name: StaticString, _ number: Double) {
        writeKey(name)
        if number.isFinite { write(number) } else { write("null") }
    }

    /// Writes `,"name":"text"`.
    mutating func writeField(_ name: StaticString, _ text: FixedText) {
        writeKey(name)
        writeQuoted(text)
    }

    private mutating func writeKey(_ name: StaticString) {
        write(",\"")
        write(name)
        write("\":")
    }
}
