import Bounded
import CSystem

extension ConfigurationError {
    /// Writes the error as one line, `path:line: [section] key: what; remedy`, without a line end.
    public func write(to writer: inout TextWriter) {
        writer.write(path)
        if line > 0 {
            writer.write(":")
            writer.write(line)
        }
        writer.write(": ")
        if !section.isEmpty {
            writer.write("[")
            writer.write(section)
            writer.write(key.isEmpty ? "]: " : "] ")
        }
        if !key.isEmpty {
            writer.write(key)
            writer.write(": ")
        }
        writeProblem(to: &writer)
    }

    private func writeProblem(to writer: inout TextWriter) {
        switch problem {
        case .missingFile: writer.write("no such file; correct the path, or begin with the example in edge-config/")
        case .unreadableFile(let code):
            writer.write("cannot be read: ")
            if let text = strerror(code) { writer.write(cString: text) }
            writer.write("; name a file that this user can read")
        case .fileTooLarge(let limit): writeLimit("the file", limit, "leave out comments", to: &writer)
        case .lineTooLong(let limit): writeLimit("the line", limit, "shorten it", to: &writer)
        case .strangeByte: writer.write("a byte that is no text; save the file as plain UTF-8")
        case .notKeyAndValue: writer.write("expected \"key = value\", \"[section]\", or a comment after # or ;")
        case .beforeAnySection: writer.write("stands before any section; put it below a line such as [agent]")
        case .unknownSection(let suggestion): writeSuggestion("unknown section", suggestion, to: &writer)
        case .unknownKey(let suggestion): writeSuggestion("unknown key", suggestion, to: &writer)
        case .keyOfOtherSection(let section):
            writer.write("unknown key here; it belongs to [")
            writer.write(section)
            writer.write("]")
        case .notInProfile:
            writer.write("a profile has only the keys of gateway.conf's [uplink] and [downlink]; ")
            writer.write("move it to the main file")
        case .duplicate(let first):
            writer.write("set twice")
            if first > 0 {
                writer.write(", first in line ")
                writer.write(first)
            }
            writer.write("; remove one")
        case .missing(let remedy):
            writer.write("is missing; ")
            writer.write(remedy)
        case .contradiction(let what): writer.write(what)
        case .textTooLong: writeLimit("the path", FixedText.capacity, "use a shorter one", to: &writer)
        case .tooManyEntries: writer.write("more keys than there are; remove what is not needed")
        case .malformedOverride: writer.write("expected section.key=value")
        default: writeValueProblem(to: &writer)
        }
    }

    private func writeValueProblem(to writer: inout TextWriter) {
        switch problem {
        case .notAnInteger(let written, let range):
            writeValue(written, " is not a whole number; ", to: &writer)
            writeRange(range, to: &writer)
        case .integerOutOfRange(let written, let range):
            writeValue(written, " is out of range; ", to: &writer)
            writeRange(range, to: &writer)
        case .notANumber(let written, let range):
            writeValue(written, " is not a number; ", to: &writer)
            writeRange(range, to: &writer)
        case .numberOutOfRange(let written, let range):
            writeValue(written, " is out of range; ", to: &writer)
            writeRange(range, to: &writer)
        case .notAFlag(let written): writeValue(written, " is neither true nor false; write one of them", to: &writer)
        case .notAChoice(let written, let words):
            writeValue(written, " is not known; write ", to: &writer)
            writeWords(words, to: &writer)
        case .notAnEndpoint(let written):
            writeValue(written, " is no endpoint; write tcp://host:port", to: &writer)
        case .notWidths(let written):
            writeValue(
                written, " are not layer widths; write up to 8 numbers from 1 to 65536 such as \"64 64\", or none",
                to: &writer)
        default: break
        }
    }

    private func writeValue(_ written: FixedText, _ what: StaticString, to writer: inout TextWriter) {
        writer.write("\"")
        writer.write(written)
        writer.write("\"")
        writer.write(what)
    }

    private func writeLimit(_ what: StaticString, _ bytes: Int, _ remedy: StaticString, to writer: inout TextWriter) {
        writer.write(what)
        writer.write(" is longer than ")
        writer.write(bytes)
        writer.write(" bytes; ")
        writer.write(remedy)
    }

    private func writeSuggestion(_ what: StaticString, _ suggestion: StaticString?, to writer: inout TextWriter) {
        writer.write(what)
        guard let suggestion else {
            writer.write("; check-config lists all that there are")
            return
        }
        writer.write("; did you mean \"")
        writer.write(suggestion)
        writer.write("\"?")
    }

    /// The words with commas and an "or".
    private func writeWords(_ words: StaticString, to writer: inout TextWriter) {
        var lastSpace = -1
        for index in 0..<words.utf8CodeUnitCount where words.utf8Start[index] == 0x20 { lastSpace = index }
        for index in 0..<words.utf8CodeUnitCount {
            let byte = words.utf8Start[index]
            if byte != 0x20 {
                writer.write(byte: byte)
            } else {
                writer.write(index == lastSpace ? " or " : ", ")
            }
        }
    }

    private func writeRange(_ range: IntegerRange, to writer: inout TextWriter) {
        writer.write("write a whole number from ")
        writer.write(range.lowest)
        if range.highest < Int.max {
            writer.write(" to ")
            writer.write(range.highest)
        } else {
            writer.write(" up")
        }
        writeUnit(range.unit, to: &writer)
    }

    private func writeRange(_ range: NumberRange, to writer: inout TextWriter) {
        writer.write(range.isLowestExcluded ? "write a number above " : "write a number from ")
        writer.write(range.lowest)
        writer.write(range.isLowestExcluded ? " and at most " : " to ")
        writer.write(range.highest)
        writeUnit(range.unit, to: &writer)
    }

    private func writeUnit(_ unit: StaticString, to writer: inout TextWriter) {
        guard unit.utf8CodeUnitCount > 0 else { return }
        writer.write(" (")
        writer.write(unit)
        writer.write(")")
    }
}

#if !hasFeature(Embedded)
extension ConfigurationError: CustomStringConvertible {
    public var description: String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2_048) { buffer in
            var writer = TextWriter(into: buffer)
            write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}
#endif
