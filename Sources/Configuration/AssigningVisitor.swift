import Bounded
import CSystem
import PolicyMath

/// Sets the one field that a line of the file names.
final class AssigningVisitor: SchemaVisitor {
    let section: FixedText
    let key: FixedText
    let written: FixedText
    /// Where relative paths begin; empty leaves them as they are.
    let folder: FixedText

    /// Whether there is such a key.
    private(set) var isFound = false
    /// Why its value cannot be taken.
    private(set) var problem: ConfigurationError.Problem?

    private var isHere = false

    init(section: FixedText, key: FixedText, written: FixedText, folder: FixedText) {
        self.section = section
        self.key = key
        self.written = written
        self.folder = folder
    }

    override func begin(section name: StaticString) { isHere = section.equals(name) }

    private func matches(_ name: StaticString) -> Bool {
        guard isHere, key.equals(name) else { return false }
        isFound = true
        return true
    }

    override func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) {
        guard matches(key) else { return }
        if kind == .endpoint, !written.isEmpty, Endpoint(written) == nil {
            problem = .notAnEndpoint(written)
            return
        }
        value = isRelative(kind) ? FixedText() : written
        guard isRelative(kind) else { return }
        value.append(folder)
        value.append(byte: 0x2f)
        value.append(written)
        if value.wasCut { problem = .textTooLong }
    }

    private func isRelative(_ kind: TextKind) -> Bool {
        guard kind == .path || kind == .pathOrName, !folder.isEmpty, !written.isEmpty, written[0] != 0x2f
        else { return false }
        if kind == .path { return true }
        for index in 0..<written.count where written[index] == 0x2f { return true }
        return false
    }

    override func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) {
        guard matches(key) else { return }
        guard let number = Self.integer(written) else {
            problem = .notAnInteger(written, range)
            return
        }
        guard number >= range.lowest, number <= range.highest else {
            problem = .integerOutOfRange(written, range)
            return
        }
        value = number
    }

    override func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange, isSingle: Bool) {
        guard matches(key) else { return }
        guard let number = Self.number(written) else {
            problem = .notANumber(written, range)
            return
        }
        // In single precision a tiny number may round to the excluded zero.
        let kept = isSingle ? Double(Float(number)) : number
        guard range.contains(number), range.contains(kept) || kept == Double(Float(range.highest)) else {
            problem = .numberOutOfRange(written, range)
            return
        }
        value = kept
    }

    override func flag(_ key: StaticString, _ value: inout Bool) {
        guard matches(key) else { return }
        if written.equals("true") {
            value = true
        } else if written.equals("false") {
            value = false
        } else {
            problem = .notAFlag(written)
        }
    }

    override func choice(_ key: StaticString, _ index: inout Int, words: StaticString) {
        guard matches(key) else { return }
        guard let chosen = Self.index(of: written, in: words) else {
            problem = .notAChoice(written, words: words)
            return
        }
        index = chosen
    }

    override func widths(_ key: StaticString, _ value: inout LayerWidths) {
        guard matches(key) else { return }
        guard let widths = Self.widths(written) else {
            problem = .notWidths(written)
            return
        }
        value = widths
    }
}

extension AssigningVisitor {
    /// A decimal integer with nothing around it.
    static func integer(_ text: FixedText) -> Int? {
        let isNegative = text.count > 1 && text[0] == 0x2d
        var number = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            guard text[index] >= 0x30, text[index] <= 0x39 else { return nil }
            let (product, overflowed) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowedAgain) = product.addingReportingOverflow(Int(text[index] - 0x30))
            guard !overflowed, !overflowedAgain else { return Int.max }
            number = sum
        }
        return text.isEmpty ? nil : isNegative ? -number : number
    }

    /// A decimal number with nothing around it; no infinity, no NaN, no hexadecimal.
    static func number(_ text: FixedText) -> Double? {
        guard !text.isEmpty, text.count < 64 else { return nil }
        for index in 0..<text.count {
            switch text[index] {
            case 0x30...0x39, 0x2b, 0x2d, 0x2e, 0x45, 0x65: continue  // digits + - . E e
            default: return nil
            }
        }
        let (number, length) = text.withCString { start -> (Double, Int) in
            var end: UnsafeMutablePointer<CChar>?
            let number = strtod(start, &end)
            return (number, end.map { UnsafePointer($0) - start } ?? 0)
        }
        return length == text.count && number.isFinite ? number : nil
    }

    /// Up to eight widths, a space between; `none` for none.
    static func widths(_ text: FixedText) -> LayerWidths? {
        var widths = LayerWidths()
        if text.equals("none") { return widths }
        var word = FixedText()
        for index in 0...text.count {
            let isEnd = index == text.count || text[index] == 0x20 || text[index] == 0x09
            guard isEnd else {
                word.append(byte: text[index])
                continue
            }
            if word.isEmpty { continue }
            guard let width = integer(word), widths.append(width) else { return nil }
            word = FixedText()
        }
        return widths.count > 0 ? widths : nil
    }

    /// The place of a word in a list with spaces between.
    static func index(of text: FixedText, in words: StaticString) -> Int? {
        var place = 0
        var word = FixedText()
        for index in 0...words.utf8CodeUnitCount {
            if index < words.utf8CodeUnitCount, words.utf8Start[index] != 0x20 {
                word.append(byte: words.utf8Start[index])
                continue
            }
            if word == text { return place }
            place += 1
            word = FixedText()
        }
        return nil
    }
}
