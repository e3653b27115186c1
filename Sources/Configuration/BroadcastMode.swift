/// Who is told about a new policy version.
public enum BroadcastMode: UInt32, Sendable, ConfigurationChoice {
    /// The agent whose update made it, with the policy in the reply (AFedPG as published).
    case reply = 0
    /// The same, and every other agent gets the version's number, coalesced.
    case announce = 1
    /// Every agent gets the policy.
    case push = 2

    static var words: StaticString { "reply announce push" }
}
