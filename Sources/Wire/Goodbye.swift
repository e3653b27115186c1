import Bounded

/// The last message of an agent that leaves on purpose.
public struct Goodbye: Sendable {
    /// The boot of the agent that leaves.
    public var bootEpoch: BootEpoch
    /// Why, for people; may be empty.
    public var reason: FixedText

    public init(bootEpoch: BootEpoch, reason: FixedText) {
        self.bootEpoch = bootEpoch
        self.reason = reason
    }
}
