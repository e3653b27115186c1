import Bounded
import Foundation

/// Vectors as the store spells them: little-endian numbers, one after the other.
enum Blob {
    static func of<Element: BitwiseCopyable>(_ elements: [Element]) -> Data {
        elements.withUnsafeBytes { Data($0) }
    }

    /// Views `elements` without a copy; what it returns must not outlive them.
    static func viewing<Element: BitwiseCopyable>(_ elements: UnsafeBufferPointer<Element>) -> Data {
        guard let base = elements.baseAddress, !elements.isEmpty else { return Data() }
        return Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: base),
            count: elements.count * MemoryLayout<Element>.stride, deallocator: .none)
    }

    static func of(_ key: AgentKey) -> Data { withUnsafeBytes(of: key.words) { Data($0) } }

    /// nil when `data` is not a whole number of elements.
    static func array<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ type: Element.Type, _ data: Data
    ) -> [Element]? {
        guard data.count % MemoryLayout<Element>.stride == 0 else { return nil }
        var elements = [Element](repeating: 0, count: data.count / MemoryLayout<Element>.stride)
        _ = elements.withUnsafeMutableBytes { data.copyBytes(to: $0) }
        return elements
    }

    static func key(_ data: Data) -> AgentKey? {
        guard let words = array(UInt64.self, data), words.count == 4 else { return nil }
        return AgentKey(words: (words[0], words[1], words[2], words[3]))
    }
}
