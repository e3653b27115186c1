/// Writes one line of text into a C buffer that somebody else owns; what does not fit is cut.
struct MessageWriter {
    private let start: UnsafeMutablePointer<CChar>
    private let capacity: Int
    private var count = 0

    /// - Parameter capacity: bytes, the final NUL included; at least 1.
    init(_ start: UnsafeMutablePointer<CChar>, capacity: Int) {
        self.start = start
        self.capacity = capacity
        start[0] = 0
    }

    mutating func write(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { put(CChar(bitPattern: text.utf8Start[index])) }
    }

    mutating func write(cString: UnsafePointer<CChar>) {
        var cursor = cString
        while cursor.pointee != 0 {
            put(cursor.pointee)
            cursor += 1
        }
    }

    mutating func write(byte: CChar) { put(byte) }

    private mutating func put(_ byte: CChar) {
        guard count + 1 < capacity else { return }
        start[count] = byte
        count += 1
        start[count] = 0
    }
}
