/// Whose means are asked for when a rule that collects has enough gradients.
public enum CollectFrom: UInt32, Sendable {
    /// Those of all who have made any.
    case everyone = 0
    /// Of those whose answers come soonest, as far as earlier ones show: `SoonestRound`. For `rennala` alone.
    case soonest = 1
}
