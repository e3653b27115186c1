import Foundation

/// Reads the events that a gateway prints, as they come.
final class EventReader {
    private let handle: FileHandle
    private var rest = Data()
    private var lines: [[String: Any]] = []

    init(_ handle: FileHandle) { self.handle = handle }

    /// The next event called `name`, which others may precede; nil when the gateway has closed its output.
    func next(_ name: String, where condition: ([String: Any]) -> Bool = { _ in true }) -> [String: Any]? {
        while true {
            while !lines.isEmpty {
                let line = lines.removeFirst()
                if line["event"] as? String == name, condition(line) { return line }
            }
            let data = handle.availableData
            if data.isEmpty { return nil }
            rest += data
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if let event = try? JSONSerialization.jsonObject(with: rest[..<end]) as? [String: Any] {
                    lines.append(event)
                }
                rest = rest[rest.index(after: end)...]
            }
        }
    }
}
