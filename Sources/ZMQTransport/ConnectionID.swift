/// One agent's connection to a gateway's socket, from its handshake to its end; a reconnected agent has another.
public struct ConnectionID: Hashable, Sendable, BitwiseCopyable {
    /// What libzmq calls it by.
    public let number: UInt32

    public init(_ number: UInt32) { self.number = number }

    /// The routing ids that libzmq makes: a zero byte, then 32 bits, highest byte first.
    static let routingBytes = 5

    /// Reads a routing id; nil when a peer has made it up itself.
    init?(routing bytes: UnsafeRawBufferPointer, count: Int) {
        guard count == Self.routingBytes, bytes[0] == 0 else { return nil }
        number = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] = 0
        bytes.storeBytes(of: number.bigEndian, toByteOffset: 1, as: UInt32.self)
    }
}
