import Bounded

/// Half precision, little-endian, two bytes an element.
enum DenseFloat16 {
    /// Rounds `vector` into `destination`; false when an element is not finite.
    static func encode(_ vector: Vector, into destination: UnsafeMutableRawPointer) -> Bool {
        var worst: UInt32 = 0
        let source = UnsafeRawPointer(vector.base)
        for index in 0..<vector.count {
            let bits = source.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
            worst = max(worst, bits & 0x7f80_0000)
            destination.storeBytes(
                of: HalfPrecision.bits(rounding: bits).littleEndian, toByteOffset: index &* 2, as: UInt16.self)
        }
        return worst != 0x7f80_0000
    }

    /// Widens `source` into `vector`; false when an element is not finite.
    static func decode(_ source: UnsafeRawPointer, into vector: Vector) -> Bool {
        var worst: UInt32 = 0
        let destination = UnsafeMutableRawPointer(vector.base)
        for index in 0..<vector.count {
            let half = UInt32(UInt16(littleEndian: source.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self)))
            worst = max(worst, half & 0x7c00)
            destination.storeBytes(of: HalfPrecision.widened(half), toByteOffset: index &* 4, as: UInt32.self)
        }
        return worst != 0x7c00
    }
}
