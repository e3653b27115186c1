import Bounded

/// Delivery of this agent's updates: one at a time, each sent again until it is answered.
///
/// An update is named by (boot epoch, sequence). It is *unsent* until the transport has taken it once, then *in flight*
/// until an answer names it. An unsent update may be replaced by a newer one; one in flight may only be answered or
/// abandoned, because the gateway may have applied it already.
///
/// **Memory:** a few words; the encoded update itself is kept by its owner for as long as `holdsUpdate`.
public struct Uplink: Sendable {
    private enum State {
        case empty
        case unsent
        case inFlight
    }

    /// The epoch of every update sent by this process.
    public let epoch: BootEpoch
    /// How long an update waits for its answer before it is sent again.
    public let resendIntervalMilliseconds: Int

    private var state = State.empty
    private var sendAt = Instant(nanoseconds: 0)

    /// The newest sequence given out; 0 before the first.
    public private(set) var sequence = UpdateSequence(0)
    /// The policy version that the held update was computed on.
    public private(set) var base = PolicyVersion.initial

    /// Delivery of the updates of `epoch`.
    public init(epoch: BootEpoch, resendIntervalMilliseconds: Int) {
        precondition(resendIntervalMilliseconds > 0, "a resend interval must be positive")
        self.epoch = epoch
        self.resendIntervalMilliseconds = resendIntervalMilliseconds
    }

    /// Whether an update waits to be sent or answered.
    public var holdsUpdate: Bool { state != .empty }
    /// Whether the held update has been handed to the transport at least once.
    public var isInFlight: Bool { state == .inFlight }

    /// The newest sequence that was sent and is still unanswered; 0 when there is none.
    public var unansweredSequence: UInt64 { isInFlight ? sequence.number : 0 }

    /// Names a new update, which replaces an unsent one, and makes it due at once.
    ///
    /// **Limit:** one update in flight; another is a programmer error.
    public mutating func prepare(base: PolicyVersion, at now: Instant) -> UpdateSequence {
        precondition(state != .inFlight, "a second update while one is in flight")
        if state == .empty { sequence = sequence.next }
        self.base = base
        state = .unsent
        sendAt = now
        return sequence
    }

    /// When the held update is to be sent (again); nil when there is none.
    public var dueAt: Instant? { holdsUpdate ? sendAt : nil }

    /// Whether the held update is to be sent now.
    public func isDue(at now: Instant) -> Bool { holdsUpdate && sendAt <= now }

    /// The transport took the update.
    public mutating func sent(at now: Instant) {
        precondition(holdsUpdate, "an update sent that is not held")
        state = .inFlight
        sendAt = now.advanced(byMilliseconds: resendIntervalMilliseconds)
    }

    /// Sends the held update no earlier than `instant`.
    public mutating func postpone(to instant: Instant) {
        if holdsUpdate { sendAt = instant }
    }

    /// Takes an answer; true when it names the update in flight, which is then done with.
    public mutating func answered(epoch answeredEpoch: BootEpoch, sequence answeredSequence: UpdateSequence) -> Bool {
        guard names(epoch: answeredEpoch, sequence: answeredSequence) else { return false }
        state = .empty
        return true
    }

    /// Whether (epoch, sequence) is the update in flight.
    public func names(epoch other: BootEpoch, sequence otherSequence: UpdateSequence) -> Bool {
        isInFlight && other == epoch && otherSequence == sequence
    }

    /// Takes what the gateway has applied of this epoch, from its Welcome; true when that covers the update in flight.
    ///
    /// A number above every one given out means that the epoch was used before (a state directory put back from a
    /// backup); the next update goes above it.
    public mutating func applied(upTo last: UpdateSequence) -> Bool {
        if state == .empty { sequence = max(sequence, last) }
        guard isInFlight, sequence <= last else { return false }
        state = .empty
        return true
    }

    /// Gives the held update up. Its sequence is not used again if it ever left.
    public mutating func abandon() {
        if state == .unsent { sequence = UpdateSequence(sequence.number - 1) }
        state = .empty
    }
}
