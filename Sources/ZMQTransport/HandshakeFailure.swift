/// Why a connection was refused between TCP and the first message.
public enum HandshakeFailure: Equatable, Sendable, BitwiseCopyable {
    /// The gateway does not allow this agent's key; the status is ZAP's (400: not on the list).
    case keyRefused(status: Int)
    /// The sides' keys do not fit: the agent has another gateway's public key, or bytes were changed on the way.
    case keysDoNotFit
    /// One side encrypts and the other does not, or the peer is no ZeroMQ socket of this kind.
    case mechanismMismatch
    /// The peer closed during the handshake without a word, which is what a gateway does to an agent that holds a wrong
    /// public key of it.
    case closedByPeer
    /// The peer broke the protocol; the code is libzmq's `ZMQ_PROTOCOL_ERROR_*`.
    case protocolViolation(code: Int)
    /// The handshake took longer than the limit, or the system broke it; the code is an error number.
    case broken(code: Int32)

    /// Cause and remedy, for the agent's side.
    public var explanation: StaticString {
        switch self {
        case .keyRefused:
            "the gateway does not know this agent's key; add the public key to the gateway's allowed_keys_file"
        case .keysDoNotFit:
            "the gateway cannot be verified; check that [gateway] public_key_file holds this gateway's public key"
        case .closedByPeer:
            "the gateway hung up on the handshake; check that [gateway] public_key_file holds its public key"
        case .mechanismMismatch:
            "one side encrypts and the other does not; check [gateway] insecure on both, and the endpoint"
        case .protocolViolation:
            "what answers at the endpoint breaks the protocol; check that it is a lapwing-gateway"
        case .broken:
            "the handshake broke off or took too long; check the network, or raise handshake_interval_ms"
        }
    }
}
