import Bounded

/// Single precision, little-endian, four bytes an element.
enum DenseFloat32 {
    /// Copies `vector` to `destination`; false when an element is not finite.
    static func encode(_ vector: Vector, into destination: UnsafeMutableRawPointer) -> Bool {
        var worst: UInt32 = 0
        let source = UnsafeRawPointer(vector.base)
        for index in 0..<vector.count {
            let bits = source.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
            worst = max(worst, bits & 0x7f80_0000)
            destination.storeBytes(of: bits.littleEndian, toByteOffset: index &* 4, as: UInt32.self)
        }
        return worst != 0x7f80_0000
    }

    /// Copies `source` to `vector`; false when an element is not finite.
    static func decode(_ source: UnsafeRawPointer, into vector: Vector) -> Bool {
        var worst: UInt32 = 0
        let destination = UnsafeMutableRawPointer(vector.base)
        for index in 0..<vector.count {
            let bits = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
            worst = max(worst, bits & 0x7f80_0000)
            destination.storeBytes(of: bits, toByteOffset: index &* 4, as: UInt32.self)
        }
        return worst != 0x7f80_0000
    }
}
