import Bounded
import CSystem
import PolicyKernels

/// What codecs of any kind work with: their kernels, the state of the random lanes, and room for one block.
///
/// **Memory:** 320 bytes.
struct CodecScratch {
    /// Kernels work in blocks of so many elements.
    static let blockCount = 32

    /// The kernels.
    let kernels: CodecKernelTable
    /// The state of the random lanes, 128 bytes, then a block of numbers, and one of codes.
    let lanes: UnsafeMutableRawPointer

    init(kernels: CodecKernelTable, arena: inout Arena) throws(Arena.Refusal) {
        self.kernels = kernels
        lanes = UnsafeMutableRawPointer(Vector(try arena.reserve(Float.self, count: 80, holder: "codec scratch")).base)
    }

    /// Room for a block of numbers.
    var numbers: UnsafeMutablePointer<Float> { (lanes + 128).assumingMemoryBound(to: Float.self) }

    /// Seeds the lanes for one vector.
    func seed(_ generator: inout RandomGenerator) {
        for index in 0..<16 { lanes.storeBytes(of: generator.next(), toByteOffset: index &* 8, as: UInt64.self) }
    }

    /// Makes the lanes give zeros.
    func still() { lanes.initializeMemory(as: UInt8.self, repeating: 0, count: 128) }
}
