import Bounded

/// The printable form of keys: five characters for four bytes. **Source:** ZeroMQ RFC 32.
///
/// libzmq's own decoder takes characters outside the alphabet and overflowing groups; this one refuses both.
enum Z85 {
    /// The characters of a 32-byte key.
    static let keyCharacters = 40

    private static let alphabet: StaticString =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

    /// For each character from `!` to `~`: its digit plus 35, or 33 (`!`) when it is none.
    private static let digits: StaticString =
        "g!wvuk!noid!bah#$%&'()*+,c!lemjtGHIJKLMNOPQRSTUVWXYZ[\\]^_`p!qf!!-./0123456789:;<=>?@ABCDEFr!s!"

    static func digit(of character: UInt8) -> UInt32? {
        guard character >= 33, character <= 126 else { return nil }
        let digit = digits.utf8Start[Int(character) - 33]
        return digit == 33 ? nil : UInt32(digit) - 35
    }

    /// Reads 40 characters; nil when one is foreign or a group passes 32 bits.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> AgentKey? {
        guard text.count == keyCharacters else { return nil }
        var groups: InlineArray<8, UInt32> = .init(repeating: 0)
        for group in 0..<8 {
            var value: UInt64 = 0
            for index in 0..<5 {
                guard let digit = digit(of: text[group * 5 + index]) else { return nil }
                value = value * 85 + UInt64(digit)
            }
            guard value <= UInt64(UInt32.max) else { return nil }
            groups[group] = UInt32(value)
        }
        // A group is four bytes, first byte highest; a word of the key is eight bytes as they lie in memory.
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: UInt64(groups[2 * index]) << 32 | UInt64(groups[2 * index + 1]))
        }
        return AgentKey(words: (word(0), word(1), word(2), word(3)))
    }

    static func encode(_ key: AgentKey) -> FixedText {
        var text = FixedText()
        func append(_ word: UInt64) {
            let ordered = word.bigEndian
            append(group: UInt32(ordered >> 32))
            append(group: UInt32(truncatingIfNeeded: ordered))
        }
        func append(group: UInt32) {
            var divisor: UInt32 = 85 * 85 * 85 * 85
            for _ in 0..<5 {
                text.append(byte: alphabet.utf8Start[Int(group / divisor % 85)])
                divisor /= 85
            }
        }
        append(key.words.0)
        append(key.words.1)
        append(key.words.2)
        append(key.words.3)
        return text
    }
}
