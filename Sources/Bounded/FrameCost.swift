/// What frames cost on the wire: their bytes, ZMTP's framing, and what CURVE adds.
///
/// Heartbeats are not in it: with CURVE about 40 bytes each way for each interval and side, whatever else is sent.
/// What TCP and IP add depends on the link, and is not in it either.
/// **Source:** ZMTP 3.1 (ZeroMQ RFC 37) section "Framing"; CURVE's MESSAGE command (RFC 25, 26).
public struct FrameCost: Equatable, Sendable, BitwiseCopyable {
    /// Whether frames travel in CURVE's MESSAGE commands.
    public var isEncrypted: Bool

    public init(isEncrypted: Bool) { self.isEncrypted = isEncrypted }

    /// The bytes that a message of one frame puts into the TCP stream.
    ///
    /// A flag byte, one length byte or eight; encrypted, the command's name (8), a nonce (8), the authenticator (16)
    /// and the inner flags (1) before it.
    public func bytes(_ payloadBytes: Int) -> Int {
        let body = isEncrypted ? payloadBytes + 33 : payloadBytes
        return body > 255 ? body + 9 : body + 2
    }

    /// The bytes from the agent until a connection carries messages: greeting, HELLO and INITIATE, or READY.
    public var handshakeFromAgent: Int { isEncrypted ? 64 + 202 + 301 : 64 + 43 }

    /// The bytes to the agent until a connection carries messages: greeting, WELCOME and READY, or READY alone.
    public var handshakeToAgent: Int { isEncrypted ? 64 + 170 + 67 : 64 + 43 }
}
