import Bounded

/// A key that asked to be let in and is not on the list.
public struct RefusedKey: Sendable {
    /// The key.
    public let key: AgentKey
    /// The address that it came from, as text.
    public let address: FixedText
}
