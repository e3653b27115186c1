import CSystem

/// Text on its way to a file descriptor or a buffer, formatted where nothing may be allocated.
///
/// **Limit:** without a descriptor, what passes the buffer's end is left out and `wasCut` says so; with one, the buffer
/// is written out whenever it is full.
/// **Memory:** the buffer belongs to the caller and must outlive the writer.
public struct TextWriter: ~Copyable {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private let descriptor: Int32

    /// The bytes that wait in the buffer.
    public private(set) var count = 0
    /// Whether something was left out because the buffer was full.
    public private(set) var wasCut = false
    /// Whether the descriptor took everything so far.
    public private(set) var hasFailed = false

    /// Collects text in `buffer`.
    public init(into buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
        descriptor = -1
    }

    /// Writes text to `descriptor`, a buffer at a time.
    public init(descriptor: Int32, buffer: UnsafeMutableBufferPointer<UInt8>) {
        precondition(descriptor >= 0 && !buffer.isEmpty, "a writer needs a descriptor and a buffer")
        self.buffer = buffer
        self.descriptor = descriptor
    }

    deinit { flushOnce(buffer, count, descriptor) }

    /// What was written and not flushed.
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[0..<count]) }

    /// Writes one byte.
    @inline(never)
    public mutating func write(byte: UInt8) {
        if count == buffer.count { flush() }
        guard count < buffer.count else {
            wasCut = true
            return
        }
        buffer[count] = byte
        count += 1
    }

    /// Writes a text of the program.
    @inline(never)
    public mutating func write(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { write(byte: text.utf8Start[index]) }
    }

    /// Writes a text.
    @inline(never)
    public mutating func write(_ text: FixedText) {
        for index in 0..<text.count { write(byte: text[index]) }
    }

    /// Writes the bytes up to a NUL.
    @inline(never)
    public mutating func write(cString: UnsafePointer<CChar>) {
        var cursor = cString
        while cursor.pointee != 0 {
            write(byte: UInt8(bitPattern: cursor.pointee))
            cursor += 1
        }
    }

    /// Writes the decimal digits of `number`.
    @inline(never)
    public mutating func write(_ number: Int) {
        var digits = FixedText()
        digits.append(number)
        write(digits)
    }

    /// Writes the decimal digits of `number`.
    @inline(never)
    public mutating func write(_ number: UInt64) {
        var digits = FixedText()
        digits.append(number)
        write(digits)
    }

    /// Writes the shortest decimal that reads back as the same number.
    @inline(never)
    public mutating func write(_ number: Double) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { digits in
            guard let base = digits.baseAddress else { return }
            lapwing_format_double(base, digits.count, number)
            write(cString: base)
        }
    }

    /// Writes the shortest decimal that reads back as the same single-precision number.
    @inline(never)
    public mutating func write(_ number: Float) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { digits in
            guard let base = digits.baseAddress else { return }
            lapwing_format_float(base, digits.count, number)
            write(cString: base)
        }
    }

    /// Hands what waits to the descriptor, if there is one.
    @inline(never)
    public mutating func flush() {
        guard descriptor >= 0 else { return }
        if !flushOnce(buffer, count, descriptor) { hasFailed = true }
        count = 0
    }
}

/// Writes all of it, over interruptions and short writes.
@discardableResult
@inline(never)
private func flushOnce(_ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: Int, _ descriptor: Int32) -> Bool {
    guard descriptor >= 0, let base = buffer.baseAddress else { return true }
    var sent = 0
    while sent < count {
        let written = CSystem.write(descriptor, base + sent, count - sent)
        if written > 0 { sent += written }
        if written < 0 && lapwing_errno() != EINTR { return false }
    }
    return true
}
