import Bounded
import CZeroMQ

/// A CURVE key pair.
public struct KeyPair: ~Copyable {
    /// The half that others may know.
    public let publicKey: PublicKey
    let secretKey: SecretKey

    /// All zeros, which stands for no keys.
    static var none: KeyPair {
        let zeros = AgentKey(words: (0, 0, 0, 0))
        return KeyPair(publicKey: PublicKey(zeros), secretKey: SecretKey(zeros))
    }

    /// Draws a new pair from the system's random numbers.
    ///
    /// **Throws:** `TransportError.noEncryption` when libzmq has no CURVE.
    public static func generate() throws(TransportError) -> KeyPair {
        let made = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 96) { text -> (AgentKey, AgentKey)? in
            guard let publicText = text.baseAddress else { return nil }
            let secretText = publicText + 48
            defer { lapwing_erase(publicText, 96) }
            guard zmq_curve_keypair(publicText, secretText) == 0,
                let publicKey = AgentKey(z85: FixedText(cString: publicText)),
                let secretKey = AgentKey(z85: FixedText(cString: secretText))
            else { return nil }
            return (publicKey, secretKey)
        }
        guard let made else { throw .noEncryption }
        return KeyPair(publicKey: PublicKey(made.0), secretKey: SecretKey(made.1))
    }

    /// Makes the pair the identity of `socket`.
    func apply(to socket: Socket) throws(TransportError) {
        try publicKey.withBytes { bytes throws(TransportError) in try socket.set(ZMQ_CURVE_PUBLICKEY, bytes) }
        try secretKey.withBytes { bytes throws(TransportError) in try socket.set(ZMQ_CURVE_SECRETKEY, bytes) }
    }

    /// Completes a secret key with its public half; nil when libzmq has no CURVE.
    static func completing(secret: AgentKey) -> KeyPair? {
        let derived = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 48) { text -> AgentKey? in
            guard let base = text.baseAddress,
                secret.z85.withCString({ zmq_curve_public(base, $0) }) == 0
            else { return nil }
            return AgentKey(z85: FixedText(cString: base))
        }
        guard let derived else { return nil }
        return KeyPair(publicKey: PublicKey(derived), secretKey: SecretKey(secret))
    }
}
