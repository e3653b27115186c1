/// What became of a report; the raw values are those of `Outcome` on the wire.
public enum Outcome: UInt32, Sendable, BitwiseCopyable {
    /// The update is in the policy, and durable as far as the gateway promises.
    case applied = 1
    /// The skip was seen.
    case noted = 2
    /// The report had been answered before; nothing changed.
    case duplicate = 3
    /// The skip was seen, and the agent's mirror was applied in place of a gradient; durable as an applied update is.
    case reused = 4
}
