/// CRC-32C (Castagnoli), the checksum of payloads and mirrors.
///
/// **Complexity:** one table look-up a byte. **Source:** RFC 3720, appendix B.4.
public struct Checksum: Sendable, BitwiseCopyable {
    private var remainder: UInt32 = 0xffff_ffff

    public init() {}

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var current = remainder
        for byte in bytes {
            current ^= UInt32(byte)
            for _ in 0..<8 { current = (current >> 1) ^ (0x82f6_3b78 & (0 &- (current & 1))) }
        }
        remainder = current
    }

    public var value: UInt32 { ~remainder }

    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = Checksum()
        checksum.add(bytes)
        return checksum.value
    }
}
