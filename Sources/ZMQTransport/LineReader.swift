import Bounded
import CSystem

/// Reads a text file line by line.
///
/// **Limit:** a line above 255 bytes is cut, and says so (`FixedText.wasCut`).
struct LineReader: ~Copyable {
    let descriptor: Int32
    private var buffer: InlineArray<512, UInt8> = .init(repeating: 0)
    private var position = 0
    private var filled = 0
    private(set) var lineNumber = 0
    /// The error number of a failed read.
    private(set) var failure: Int32?

    /// Opens the file; nil when the system refuses, and `lapwing_errno` says why.
    init?(path: FixedText) {
        let opened = path.withCString { lapwing_open_for_reading($0) }
        guard opened >= 0 else { return nil }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// The next line without its end; nil after the last or after a failure.
    mutating func next() -> FixedText? {
        var line = FixedText()
        var isEmpty = true
        while let byte = nextByte() {
            isEmpty = false
            if byte == 0x0a { break }
            line.append(byte: byte)
        }
        guard !isEmpty else { return nil }
        lineNumber += 1
        return line
    }

    private mutating func nextByte() -> UInt8? {
        if position == filled {
            guard refill() else { return nil }
        }
        defer { position += 1 }
        return buffer[position]
    }

    private mutating func refill() -> Bool {
        var span = buffer.mutableSpan
        let descriptor = descriptor
        let count = span.withUnsafeMutableBufferPointer { bytes -> Int in
            while true {
                let count = read(descriptor, bytes.baseAddress, bytes.count)
                if count >= 0 || lapwing_errno() != EINTR { return count }
            }
        }
        position = 0
        filled = max(count, 0)
        if count < 0 { failure = lapwing_errno() }
        return count > 0
    }
}
