/// What a task is told: `models=DIRECTORY`, and after a semicolon perhaps `sensors=KIND`; of two kinds the last counts.
///
/// **Limit:** 4,095 bytes of path. **Memory:** one block, while the task is opened.
struct TaskOptions: ~Copyable {
    private static let capacity = 4096
    /// The path of the task's model file.
    let model: UnsafeMutablePointer<CChar>
    let sensors: Sensors

    /// Nil when the options are not that.
    init?(_ options: UnsafePointer<CChar>, modelFile: StaticString) {
        guard let directory = Self.value(of: "models=", at: options) else { return nil }
        let length = Self.length(directory)
        guard length > 0, length + modelFile.utf8CodeUnitCount + 2 <= Self.capacity else { return nil }

        var sensors = Sensors.usual
        var cursor = directory + length
        while cursor[0] == Self.semicolon, cursor[1] != 0 {
            guard let kind = Self.value(of: "sensors=", at: cursor + 1), let named = Self.sensors(kind) else {
                return nil
            }
            sensors = named
            cursor = kind + Self.length(kind)
        }

        self.sensors = sensors
        model = .allocate(capacity: Self.capacity)
        var writer = MessageWriter(model, capacity: Self.capacity)
        for index in 0..<length { writer.write(byte: directory[index]) }
        writer.write("/")
        writer.write(modelFile)
    }

    deinit { model.deallocate() }

    /// What follows `key`, when `text` begins with it.
    private static func value(of key: StaticString, at text: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
        for index in 0..<key.utf8CodeUnitCount {
            guard UInt8(bitPattern: text[index]) == key.utf8Start[index] else { return nil }
        }
        return text + key.utf8CodeUnitCount
    }

    /// The kind that `text` names, until the next semicolon.
    private static func sensors(_ text: UnsafePointer<CChar>) -> Sensors? {
        var number: UInt32 = 1
        while let kind = Sensors(rawValue: number) {
            if let rest = value(of: kind.name, at: text), length(rest) == 0 { return kind }
            number += 1
        }
        return nil
    }

    /// The bytes until the next semicolon, or the end.
    private static func length(_ text: UnsafePointer<CChar>) -> Int {
        var length = 0
        while text[length] != 0, text[length] != semicolon { length += 1 }
        return length
    }

    private static let semicolon = CChar(0x3b)
}
