/// What happened to an agent's connection, as libzmq's monitor tells it.
public enum ConnectionEvent: Equatable, Sendable, BitwiseCopyable {
    /// A TCP connection was begun.
    case connecting
    /// TCP stands, and the CURVE handshake begins.
    case connected
    /// The gateway is the right one and has let this agent in: messages can flow.
    case handshakeSucceeded
    /// The peer was reached and the handshake failed.
    case handshakeFailed(HandshakeFailure)
    /// A connection that stood is gone.
    case disconnected
    /// The attempt failed (nothing listens, no route, no such name); the next one follows after the given time.
    case retrying(afterMilliseconds: Int)
    /// libzmq had given up after a refusal, and the connection was begun again from here.
    case redialled
}
