import Bounded
import CSystem
import PolicyKernels

/// What codecs of any kind work with: their kernels, the state of the random lanes, and room for sixteen elements.
///
/// **Memory:** 256 bytes.
struct CodecScratch {
    /// Kernels take whole blocks of so many elements.
    static let blockCount = 16

    /// The kernels.
    let kernels: CodecKernelTable
    /// The state of the random lanes.
    let lanes: UnsafeMutableRawPointer
    /// The last elements of a vector, filled up with zeros.
    let numbers: UnsafeMutablePointer<Float>
    /// The bytes that belong to them, and some that are overwritten behind.
    let bytes: UnsafeMutableRawPointer

    init(kernels: CodecKernelTable, arena: inout Arena) throws(Arena.Refusal) {
        let room = Vector(try arena.reserve(Float.self, count: 64, holder: "codec scratch")).base
        self.kernels = kernels
        lanes = UnsafeMutableRawPointer(room)
        numbers = room + 32
        bytes = UnsafeMutableRawPointer(room + 48)
    }

    /// Seeds the lanes for one vector.
    func seed(_ generator: inout RandomGenerator) {
        for index in 0..<16 { lanes.storeBytes(of: generator.next(), toByteOffset: index &* 8, as: UInt64.self) }
    }

    /// The last `count` numbers at `source`, fewer than a block, filled up to one.
    func block(_ source: UnsafePointer<Float>, _ count: Int) -> UnsafePointer<Float> {
        numbers.update(repeating: 0, count: Self.blockCount)
        numbers.update(from: source, count: count)
        return UnsafePointer(numbers)
    }
}
