import Bounded

/// A power of two near the largest of some numbers, as one byte: its exponent in a single-precision number.
///
/// What is divided by it lies between −2 and 2 (−4 and 4 at the very end of the range), where half precision is at
/// its best.
enum ScaleByte {
    /// The byte for numbers whose largest magnitude is `largest`, finite; 0 when all count as zero.
    static func of(_ largest: Float) -> UInt8 { UInt8(min(largest.bitPattern >> 23 & 0xff, 253)) }

    /// The power of two; of 0 it is zero.
    static func scale(_ byte: UInt8) -> Float { Float(bitPattern: UInt32(min(byte, 254)) << 23) }

    /// One over the power of two; of 0 it is zero.
    static func inverse(_ byte: UInt8) -> Float {
        byte == 0 ? 0 : Float(bitPattern: (254 &- UInt32(min(byte, 253))) << 23)
    }
}
