import Bounded
import Testing

@Suite("Fixed text")
struct FixedTextTests {
    @Test("holds 255 bytes, cuts the rest, and says so")
    func capacity() {
        var text = FixedText()
        for _ in 0..<255 { text.append(byte: 0x61) }
        #expect(text.count == 255 && !text.wasCut)
        text.append(byte: 0x62)
        #expect(text.count == 255 && text.wasCut)
        #expect(text[254] == 0x61)
        text.withCString { pointer in
            #expect(pointer[254] == 0x61 && pointer[255] == 0)
        }
    }

    @Test("writes integers as decimals, the extreme ones too")
    func integers() {
        for number in [0, 1, -1, 10, 999, Int.max, Int.min] {
            var text = FixedText()
            text.append(number)
            #expect(string(text) == "\(number)")
        }
        var text = FixedText()
        text.append(UInt64.max)
        #expect(string(text) == "18446744073709551615")
    }

    @Test("is equal to a text with the same bytes, however it was put together")
    func equality() {
        var pieces = FixedText("one ")
        pieces.append(FixedText("two"))
        #expect(pieces == FixedText("one two"))
        #expect(pieces == "one two")
        #expect(pieces != FixedText("one twO"))
        #expect(pieces != FixedText("one tw"))
        #expect(FixedText().isEmpty)
    }

    @Test("gives its bytes to C, with a NUL behind them")
    func cString() {
        let text = FixedText("lapwing")
        #expect(text.withCString { String(cString: $0) } == "lapwing")
        #expect("from C".withCString { string(FixedText(cString: $0)) } == "from C")
    }

    private func string(_ text: FixedText) -> String { text.withBytes { String(decoding: $0, as: UTF8.self) } }
}
