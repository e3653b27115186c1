/// The number of a policy: how many changes have been applied since the federation began.
public struct PolicyVersion: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// How many changes.
    public var number: UInt64

    public init(_ number: UInt64) { self.number = number }

    /// The version of a federation that has changed nothing yet.
    public static let initial = PolicyVersion(0)
    public static func < (left: PolicyVersion, right: PolicyVersion) -> Bool { left.number < right.number }
    /// The version after one more change.
    public var next: PolicyVersion { PolicyVersion(number + 1) }
}

/// How often an agent has started; kept on its disk, it rises by one at each start.
public struct BootEpoch: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The count of starts.
    public var number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (left: BootEpoch, right: BootEpoch) -> Bool { left.number < right.number }
}

/// The number of an update (or skip) within one boot epoch; the first is 1.
public struct UpdateSequence: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The place in the epoch, from 1.
    public var number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (left: UpdateSequence, right: UpdateSequence) -> Bool { left.number < right.number }
    /// The sequence after this one.
    public var next: UpdateSequence { UpdateSequence(number + 1) }
}

/// An agent's public key, its identity everywhere: 32 bytes (Curve25519).
public struct AgentKey: Hashable, Sendable, BitwiseCopyable {
    /// The key's bytes, eight at a time, as they lie in memory.
    public var words: (UInt64, UInt64, UInt64, UInt64)

    public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    public static func == (left: AgentKey, right: AgentKey) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
