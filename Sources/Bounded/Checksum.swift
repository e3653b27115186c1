import CSystem

/// CRC-32C (Castagnoli), the checksum of payloads, mirrors and stored rows.
///
/// **Complexity:** one instruction for eight bytes where the processor has it, else one table look-up a byte.
/// **Source:** RFC 3720, appendix B.4.
public struct Checksum: Sendable, BitwiseCopyable {
    private var remainder: UInt32 = 0xffff_ffff

    public init() {}

    /// Takes `bytes` in, after those that came before.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        remainder = lapwing_crc32c(remainder, base, bytes.count)
    }

    /// The checksum of everything added so far.
    public var value: UInt32 { ~remainder }

    /// The checksum of `bytes` alone.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = Checksum()
        checksum.add(bytes)
        return checksum.value
    }
}
