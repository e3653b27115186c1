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

/// How far an agent's connection has come: the step that is under way, or that fails.
public enum ConnectionStep: Equatable, Sendable, BitwiseCopyable {
    /// Name look-up and TCP: nobody has answered yet.
    case tcp
    /// TCP stands; keys are being checked.
    case handshake
    /// Messages can flow.
    case ready
}
