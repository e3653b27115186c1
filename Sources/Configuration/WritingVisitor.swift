import Bounded
import PolicyMath

/// Writes every key with its value, in the schema's order: the canonical form of a configuration.
final class WritingVisitor: SchemaVisitor {
    /// Exchanged with the one to write to, and back.
    var writer = TextWriter(into: UnsafeMutableBufferPointer(start: nil, count: 0))
    private var isFirst = true

    override func begin(section name: StaticString) {
        writer.write(isFirst ? "[" : "\n[")
        writer.write(name)
        writer.write("]\n")
        isFirst = false
    }

    private func begin(_ key: StaticString) {
        writer.write(key)
        writer.write(" = ")
    }

    private func end() { writer.write("\n") }

    override func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) {
        writer.write(key)
        writer.write(value.isEmpty ? " =" : " = ")
        writer.write(value)
        end()
    }

    override func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) {
        begin(key)
        writer.write(value)
        end()
    }

    override func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange, isSingle: Bool) {
        begin(key)
        if isSingle { writer.write(Float(value)) } else { writer.write(value) }
        end()
    }

    override func flag(_ key: StaticString, _ value: inout Bool) {
        begin(key)
        writer.write(value ? "true" : "false")
        end()
    }

    override func choice(_ key: StaticString, _ index: inout Int, words: StaticString) {
        begin(key)
        var place = 0
        for position in 0..<words.utf8CodeUnitCount {
            let byte = words.utf8Start[position]
            if byte == 0x20 { place += 1 } else if place == index { writer.write(byte: byte) }
        }
        end()
    }

    override func widths(_ key: StaticString, _ value: inout LayerWidths) {
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
        let visitor = WritingVisitor()
        swap(&visitor.writer, &writer)
        copy.visit(visitor)
        swap(&visitor.writer, &writer)
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
