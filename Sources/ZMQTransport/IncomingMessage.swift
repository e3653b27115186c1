import Bounded

/// One frame that an agent sent.
public struct IncomingMessage {
    /// Where an answer goes.
    public let connection: ConnectionID
    /// Who sent it, proven by the handshake; nil in insecure mode.
    public let key: AgentKey?
    /// The frame, valid until the next `receive`.
    public let bytes: UnsafeRawBufferPointer
}
