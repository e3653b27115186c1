/// What an acknowledgement promises.
public enum Durability: UInt32, Sendable, ConfigurationChoice {
    /// The update is on the disk: a power cut does not lose it.
    case durable = 0
    /// The update is in memory: faster, and a crash of the gateway can lose acknowledged updates.
    case volatile = 1

    static var words: StaticString { "durable volatile" }
}
