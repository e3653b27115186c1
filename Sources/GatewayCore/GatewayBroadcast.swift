/// Who is told about a new policy version, beside the agent whose update made it.
public enum GatewayBroadcast: UInt32, Sendable {
    /// Nobody: AFedPG as published.
    case reply = 0
    /// Everybody gets its number, coalesced over an interval; who wants it fetches it.
    case announce = 1
    /// Everybody gets the policy, encoded once.
    case push = 2
}
