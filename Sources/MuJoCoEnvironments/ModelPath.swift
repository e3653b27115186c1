/// The path of a task's model file, made from the options text `models=DIRECTORY`.
///
/// **Limit:** 4,095 bytes. **Memory:** one block, while the task is opened.
struct ModelPath: ~Copyable {
    private static let capacity = 4096
    let text: UnsafeMutablePointer<CChar>

    /// Nil when the options are not exactly one `models=DIRECTORY`, perhaps with a final semicolon.
    init?(options: UnsafePointer<CChar>, file: StaticString) {
        let key: StaticString = "models="
        for index in 0..<key.utf8CodeUnitCount {
            guard UInt8(bitPattern: options[index]) == key.utf8Start[index] else { return nil }
        }
        let directory = options + key.utf8CodeUnitCount
        var length = 0
        while directory[length] != 0, directory[length] != Self.semicolon { length += 1 }
        let isLast = directory[length] == 0 || directory[length + 1] == 0
        guard length > 0, length + file.utf8CodeUnitCount + 2 <= Self.capacity, isLast else { return nil }

        text = .allocate(capacity: Self.capacity)
        var writer = MessageWriter(text, capacity: Self.capacity)
        for index in 0..<length { writer.write(byte: directory[index]) }
        writer.write("/")
        writer.write(file)
    }

    deinit { text.deallocate() }

    private static let semicolon = CChar(0x3b)
}
