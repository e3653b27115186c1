import Bounded

/// The gateway refuses a report, a `Hello`, or the agent itself.
public struct Reject: Sendable {
    /// Why.
    public var reason: RejectReason
    /// The boot epoch of what is refused; 0 when not known.
    public var epoch = BootEpoch(0)
    /// The report that is refused; 0 for the `Hello`, or nothing in particular.
    public var sequence = UpdateSequence(0)
    /// When to try again, in milliseconds; 0 for never.
    public var retryAfterMilliseconds: UInt32 = 0
    /// One line for people; may be empty.
    public var detail = FixedText()

    public init(reason: RejectReason) { self.reason = reason }

    /// The report that is refused; nil when it is something else.
    public var report: UpdateIdentity? {
        sequence.number == 0 ? nil : UpdateIdentity(epoch: epoch, sequence: sequence)
    }
}
