/// Why the gateway refused something; the raw values are those of `RejectReason` on the wire.
///
/// `PROTOCOL.md` says for each what the agent does next.
public enum RejectReason: UInt32, Sendable {
    /// The agent's key is not on the gateway's list (any more).
    case unknownKey = 1
    /// The gateway speaks no protocol version that the agent speaks.
    case protocolVersion = 2
    /// The agent's policy has another shape than the federation's.
    case shape = 3
    /// A gradient holds an infinity or NaN.
    case notFinite = 4
    /// The base version is too old.
    case stale = 5
    /// The base version is newer than any that the gateway has made.
    case futureVersion = 6
    /// A later boot of this agent has been seen.
    case oldEpoch = 7
    /// The sequence lies below the newest one that was answered.
    case sequence = 8
    /// The norm of the gradient is beyond the gateway's limit.
    case norm = 9
    /// The message could not be decoded, or a field is out of range.
    case malformed = 10
    /// No `Hello` was accepted on this connection.
    case notWelcomed = 11
    /// The gateway has more to do than it can; later.
    case busy = 12
    /// The federation has as many agents as it takes.
    case full = 13
    /// The codec is not the federation's, or the agent cannot speak the federation's.
    case codec = 14
    /// The agent's mirror is not the gateway's: send dense, once.
    case mirror = 15
    /// The agent cannot receive messages as long as this policy's.
    case messageSize = 16
    /// The gateway is about to stop.
    case stopping = 17
    /// The gateway's filter takes the gradient for an adversary's, or cannot tell it from one.
    case filtered = 18
}
