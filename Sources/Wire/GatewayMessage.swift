/// What a gateway sends to an agent: one frame each.
public enum GatewayMessage: Sendable {
    case welcome(Welcome)
    case policy(Policy)
    case announce(Announce)
    case reject(Reject)
    case collect(Collect)
}
