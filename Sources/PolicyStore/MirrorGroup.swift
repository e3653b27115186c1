import Bounded
import Foundation

/// The mirrors that go into one commit: those that changed, each once.
///
/// **Memory:** room for every mirror of the gateway, reserved once.
final class MirrorGroup {
    /// A mirror without its elements.
    struct Entry: BitwiseCopyable {
        var place = 0
        var key = AgentKey(words: (0, 0, 0, 0))
        var epoch: UInt64 = 0
        var sequence: UInt64 = 0
        var precision: UInt32 = 0
    }

    private(set) var count = 0
    private let byteCount: Int
    private let entries: UnsafeMutableBufferPointer<Entry>
    /// For each place the index of its entry plus one; 0: it has not changed.
    private let entryOfPlace: UnsafeMutableBufferPointer<Int32>
    private let bytes: UnsafeMutableRawBufferPointer

    init(places: Int, byteCount: Int) {
        self.byteCount = byteCount
        entries = .allocate(capacity: places)
        entries.initialize(repeating: Entry())
        entryOfPlace = .allocate(capacity: places)
        entryOfPlace.initialize(repeating: 0)
        bytes = .allocate(byteCount: places * byteCount, alignment: 64)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        entries.deallocate()
        entryOfPlace.deallocate()
        bytes.deallocate()
    }

    func clear() {
        for index in 0..<count { entryOfPlace[entries[index].place] = 0 }
        count = 0
    }

    /// Takes a mirror; of several of one place, the last counts.
    func note(_ mirror: MirrorView) {
        precondition(mirror.data.count == byteCount, "a mirror of another length")
        let place = mirror.place
        if entryOfPlace[place] == 0 {
            count += 1
            entryOfPlace[place] = Int32(count)
        }
        entries[Int(entryOfPlace[place]) - 1] = Entry(
            place: place, key: mirror.key, epoch: mirror.epoch, sequence: mirror.sequence, precision: mirror.precision)
        elements(at: place).copyMemory(from: mirror.data)
    }

    /// A mirror and its elements, viewed without a copy.
    func mirror(_ index: Int) -> (entry: Entry, data: Data) {
        let entry = entries[index]
        let elements = UnsafeRawBufferPointer(elements(at: entry.place))
        return (entry, Blob.viewing(elements.bindMemory(to: UInt8.self)))
    }

    private func elements(at place: Int) -> UnsafeMutableRawBufferPointer {
        let start = place * byteCount
        return UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + byteCount])
    }
}
