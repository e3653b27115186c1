/// One message on its way.
struct VirtualFrame: Sendable {
    /// When it is there.
    let arrival: UInt64
    /// Which connection it was sent over.
    let connection: UInt32
    let bytes: [UInt8]
}
