/// Up to 255 bytes of UTF-8 held in place: names, paths and messages where nothing may be allocated.
///
/// **Limit:** what does not fit is cut at 255 bytes, and `wasCut` says so.
/// **Memory:** 257 bytes; NUL-terminated, so it can be handed to C.
public struct FixedText: Sendable, BitwiseCopyable {
    /// The most bytes that a text holds.
    public static let capacity = 255

    /// The bytes in their order in memory, then zeros. Words, because an optimised build tells debuggers where each
    /// element is at every moment: with 256 of them, modules that are full of texts took more than ten minutes.
    private var words: InlineArray<32, UInt64> = .init(repeating: 0)
    private var length: UInt8 = 0
    /// Whether something was cut because it did not fit.
    public private(set) var wasCut = false

    public init() {}

    // Never inlined: an agent's binary, which has hundreds of messages in it, is a third smaller for it.

    @inline(never)
    public init(_ text: StaticString) {
        append(text)
    }

    /// The bytes up to a NUL of a C string.
    @inline(never)
    public init(cString: UnsafePointer<CChar>) {
        append(cString: cString)
    }

    @inline(never)
    public init(bytes: UnsafeBufferPointer<UInt8>) {
        append(bytes: bytes)
    }

    /// The number of bytes.
    public var count: Int { Int(length) }
    /// Whether there is no byte.
    public var isEmpty: Bool { length == 0 }

    /// The byte at `index`, which must lie in the text.
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "an index beyond the text")
        return UInt8(truncatingIfNeeded: UInt64(littleEndian: words[index >> 3]) >> UInt64((index & 7) * 8))
    }

    /// Appends one byte, or marks the text as cut when it is full.
    @inline(never)
    public mutating func append(byte: UInt8) {
        guard count < Self.capacity else {
            wasCut = true
            return
        }
        words[count >> 3] |= (UInt64(byte) << UInt64((count & 7) * 8)).littleEndian
        length += 1
    }

    /// Appends a literal.
    @inline(never)
    public mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(byte: text.utf8Start[index]) }
    }

    /// Appends bytes as they are; they should be UTF-8.
    @inline(never)
    public mutating func append(bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes { append(byte: byte) }
    }

    /// Appends the bytes up to a NUL.
    @inline(never)
    public mutating func append(cString: UnsafePointer<CChar>) {
        var cursor = cString
        while cursor.pointee != 0 {
            append(byte: UInt8(bitPattern: cursor.pointee))
            cursor += 1
        }
    }

    /// Appends another text.
    @inline(never)
    public mutating func append(_ other: FixedText) {
        for index in 0..<other.count { append(byte: other[index]) }
    }

    /// Appends the decimal digits of `number`.
    @inline(never)
    public mutating func append(_ number: Int) {
        if number < 0 { append(byte: 0x2d) }
        append(number.magnitude)
    }

    /// Appends the decimal digits of `number`.
    public mutating func append(_ number: UInt) { append(UInt64(number)) }

    /// Appends the decimal digits of `number`.
    @inline(never)
    public mutating func append(_ number: UInt64) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var digitCount = 0
        var rest = number
        repeat {
            digits[digitCount] = UInt8(0x30 + rest % 10)
            digitCount += 1
            rest /= 10
        } while rest > 0
        while digitCount > 0 {
            digitCount -= 1
            append(byte: digits[digitCount])
        }
    }

    @inline(never)
    public static func == (left: FixedText, right: FixedText) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<(left.count + 7) >> 3 where left.words[index] != right.words[index] { return false }
        return true
    }

    @inline(never)
    public static func == (left: FixedText, right: StaticString) -> Bool { left == FixedText(right) }

    /// Calls `body` with the text as a NUL-terminated C string, valid during the call.
    public func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let span = words.span
        return span.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("a text has storage") }
            return body(base.assumingMemoryBound(to: CChar.self))
        }
    }

    /// Calls `body` with the text's bytes, valid during the call.
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let span = words.span
        return span.withUnsafeBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[0..<count]).assumingMemoryBound(to: UInt8.self))
        }
    }
}

extension FixedText: Equatable {}
