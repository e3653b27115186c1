import Bounded
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
    /// RFC 3720, appendix B.4.
    @Test("gives the values of RFC 3720")
    func vectors() {
        #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(checksum([UInt8](0..<32)) == 0x46dd_794e)
        #expect(checksum(Array("123456789".utf8)) == 0xe306_9283)
        #expect(checksum([]) == 0)
    }

    @Test("does not depend on how the bytes are cut")
    func pieces() {
        let bytes = (0..<257).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cut in 0...bytes.count {
            var running = Checksum()
            bytes[..<cut].withUnsafeBytes { running.add($0) }
            bytes[cut...].withUnsafeBytes { running.add($0) }
            #expect(running.value == checksum(bytes))
        }
    }

    private func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { Checksum.of($0) } }
}
