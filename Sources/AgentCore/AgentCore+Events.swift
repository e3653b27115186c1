import Bounded
import Wire

extension AgentCore {
    /// The transport finished a handshake with the gateway.
    public mutating func connected(at now: Instant) {
        session.connected(at: now)
        blockedUntil = now
    }

    /// The transport lost the gateway. Sampling goes on; what is in flight is sent again after the next Welcome.
    public mutating func disconnected(at now: Instant) {
        session.disconnected()
        restsUntil = nil
        offered = .nothing
    }

    /// The shell was told to stop: the agent says goodbye if it can, and ends.
    public mutating func stop() {
        guard ending == nil else { return }
        ending = .told
        wantsGoodbye = session.isWelcomed
    }

    /// When the shell should ask `outgoing` again, if nothing happens before; nil when only an event can change
    /// anything.
    @inline(__always)
    public func deadline() -> Instant? {
        var earliest: Instant?
        if let due = session.helloDueAt { earliest = due }
        if session.isWelcomed {
            if let due = uplink.dueAt { earliest = Self.earlier(earliest, due) }
            if isProgressDue { earliest = Self.earlier(earliest, blockedUntil) }
            if wantsPolicy { earliest = Self.earlier(earliest, fetchAt) }
            if let restsUntil { earliest = Self.earlier(earliest, restsUntil) }
        }
        guard let due = earliest else { return nil }
        return max(due, blockedUntil)
    }

    @inline(__always)
    private static func earlier(_ left: Instant?, _ right: Instant) -> Instant {
        guard let left else { return right }
        return min(left, right)
    }

    /// Whether there is something that only a newer policy can bring on.
    @inline(__always)
    var wantsPolicy: Bool {
        guard ending == nil, session.isWelcomed, !uplink.isInFlight, sampler.phase == .idle,
            local.pending == 0
        else { return false }
        guard let version = held.version else { return true }
        return newestKnown > version
    }

    /// Whether the gateway is to be told of the batches at hand.
    @inline(__always)
    var isProgressDue: Bool { owesProgress && local.pending > 0 && !uplink.holdsUpdate }

    /// Whether a base version is too old for the gateway to apply, as far as the agent knows.
    func isStale(_ base: PolicyVersion) -> Bool {
        guard let federation, newestKnown > base else { return false }
        return newestKnown.number - base.number > UInt64(federation.stalenessMaximum)
    }
}
