import Bounded

/// The public half of a key pair: a gateway's or an agent's name that cannot be forged.
///
/// **Shape:** 32 bytes (Curve25519), 40 characters in Z85.
public struct PublicKey: Hashable, Sendable, BitwiseCopyable {
    /// The same bytes as an agent's identity.
    public let agentKey: AgentKey

    public init(_ agentKey: AgentKey) { self.agentKey = agentKey }

    /// Reads 40 characters of Z85; nil when they are no key.
    public init?(z85 text: FixedText) {
        guard let key = text.withBytes({ Z85.decode($0) }) else { return nil }
        agentKey = key
    }

    /// The key in Z85.
    public var z85: FixedText { Z85.encode(agentKey) }

    /// Calls `body` with the 32 bytes.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafePointer(to: agentKey.words) { pointer throws(Failure) in
            try body(UnsafeRawBufferPointer(start: pointer, count: 32))
        }
    }
}

extension AgentKey {
    /// Reads 40 characters of Z85; nil when they are no key.
    public init?(z85 text: FixedText) {
        guard let key = PublicKey(z85: text) else { return nil }
        self = key.agentKey
    }

    /// The key in Z85, the form that key files and logs use.
    public var z85: FixedText { Z85.encode(self) }
}
