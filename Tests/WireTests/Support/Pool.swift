import Bounded
import GradientCodec
import Wire

/// Memory for the vectors of test messages; it lives as long as the pool.
final class Pool {
    private var blocks: [UnsafeMutableRawBufferPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    func bytes(_ content: [UInt8]) -> UnsafeRawBufferPointer {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(content.count, 1), alignment: 64)
        block.copyBytes(from: content)
        blocks.append(block)
        return UnsafeRawBufferPointer(rebasing: block[..<content.count])
    }

    func float32(_ values: [Float]) -> UnsafeRawBufferPointer {
        bytes(values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } })
    }

    func packed(_ values: [Float], codec: VectorCodec = .denseFloat32) throws -> PackedVector {
        var copy = values
        var content = [UInt8](repeating: 0, count: codec.encodedByteCount(values.count))
        try copy.withUnsafeMutableBufferPointer { values in
            try content.withUnsafeMutableBytes { content in _ = try codec.encode(Vector(values), into: content) }
        }
        return PackedVector(codec: codec, count: values.count, data: bytes(content))
    }
}
