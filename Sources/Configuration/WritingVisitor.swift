import Bounded
import PolicyMath

/// Writes every key with its value, in the schema's order: the canonical form of a configuration.
struct WritingVisitor: ~Copyable, SchemaVisitor {
    private var writer: TextWriter
    private var isFirst = true

    init(_ writer: consuming TextWriter) { self.writer = writer }

    /// Gives the writer back.
    consuming func finish() -> TextWriter { writer }

    mutating func begin(section name: StaticString) {
        writer.write(isFirst ? "[" : "\n[")
        writer.write(name)
        writer.write("]\n")
        isFirst = false
    }

    private mutating func begin(_ key: StaticString) {
        writer.write(key)
        writer.write(" = ")
    }

    private mutating func end() { writer.write("\n") }

    mutating func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) {
        writer.write(key)
        writer.write(value.isEmpty ? " =" : " = ")
        writer.write(value)
        end()
    }

    mutating func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) {
        begin(key)
        writer.write(value)
        end()
    }

    mutating func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange) {
        begin(key)
        writer.write(value)
        end()
    }

    mutating func number(_ key: StaticString, _ value: inout Float, _ range: NumberRange) {
        begin(key)
        writer.write(value)
        end()
    }

    mutating func flag(_ key: StaticString, _ value: inout Bool) {
        begin(key)
        writer.write(value ? "true" : "false")
        end()
    }

    mutating func choice(_ key: StaticString, _ index: inout Int, words: StaticString) {
        begin(key)
        var place = 0
        for position in 0..<words.utf8CodeUnitCount {
            let byte = words.utf8Start[position]
            if byte == 0x20 { place += 1 } else if place == index { writer.write(byte: byte) }
        }
        end()
    }

    mutating func widths(_ key: StaticString, _ value: inout LayerWidths) {
        begin(key)
        if value.count == 0 { writer.write("none") }
        for index in 0..<value.count {
            if index > 0 { writer.write(" ") }
            writer.write(value[index])
        }
        end()
    }
}

extension SchemaDescribed {
    /// Writes the canonical form.
    func writeCanonical(to writer: inout TextWriter) {
        var copy = self
        // The visitor owns the writer meanwhile: a pointer to it was lost on the optimiser, which then took the
        // canonical form for empty.
        var visitor = WritingVisitor(writer)
        copy.visit(&visitor)
        writer = visitor.finish()
    }

    /// FNV-1a, 64 bits, over the canonical form.
    func canonicalHash() -> UInt64 {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32_768) { buffer in
            var writer = TextWriter(into: buffer)
            writeCanonical(to: &writer)
            precondition(!writer.wasCut, "a canonical form longer than any can be")
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in writer.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return hash
        }
    }
}
