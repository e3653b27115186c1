import Bounded
import Wire

extension AgentCore {
    /// How long the agent waits before it tries again when the gateway named no time.
    static let retryMillisecondsDefault = 1_000

    /// Takes a refusal: of the agent, of its Hello, or of the update in flight.
    mutating func take(_ reject: Reject, at now: Instant) {
        let namesUpdate = concernsUpdate(reject)
        guard namesUpdate || reject.report == nil || reject.reason == .notWelcomed else {
            counters.messagesIgnored += 1
            return
        }
        let retryAt = now.advanced(
            byMilliseconds: reject.retryAfterMilliseconds == 0
                ? Self.retryMillisecondsDefault : Int(reject.retryAfterMilliseconds))
        switch reject.reason {
        case .unknownKey, .protocolVersion, .shape, .oldEpoch, .codec, .messageSize:
            ending = .refused(reason: reject.reason, detail: reject.detail)
        case .stopping where reject.retryAfterMilliseconds == 0:
            ending = .gatewayDone
        case .full where reject.retryAfterMilliseconds == 0:
            ending = .refused(reason: reject.reason, detail: reject.detail)
        case .busy, .full, .stopping:
            retry(namesUpdate: namesUpdate, at: retryAt)
        case .notWelcomed:
            session.reopen(at: now)
        case .futureVersion:
            // The gateway says that our version is not of its history: forget it, and take what it has.
            held.forget()
            agreement.version = nil
            newestKnown = .initial
            abandonWork()
            refuseUpdate(namesUpdate)
            session.reopen(at: now)
        case .stale:
            guard namesUpdate else { break }
            counters.updatesStale += 1
            // There must be something newer than what it was computed on, though no message may have named it; of a
            // version that came since, the refusal says nothing.
            newestKnown = max(newestKnown, uplink.base.next)
            abandonReport()
        case .mirror where namesUpdate: resynchronise(at: now)
        case .notFinite, .norm, .malformed, .sequence, .mirror, .filtered:
            refuseUpdate(namesUpdate)
            if !namesUpdate { retry(namesUpdate: false, at: retryAt) }
        }
    }

    /// Whether the update in flight is what is refused.
    ///
    /// A gateway that could not decode a frame cannot say which update it was; it was the one in flight.
    private func concernsUpdate(_ reject: Reject) -> Bool {
        if let report = reject.report { return uplink.names(epoch: report.epoch, sequence: report.sequence) }
        return uplink.isInFlight && session.isWelcomed && (reject.reason == .malformed || reject.reason == .notFinite)
    }

    private mutating func retry(namesUpdate: Bool, at instant: Instant) {
        if namesUpdate { uplink.postpone(to: instant) } else if !session.isWelcomed { session.reopen(at: instant) }
    }

    private mutating func refuseUpdate(_ namesUpdate: Bool) {
        guard namesUpdate else { return }
        counters.updatesRefused += 1
        abandonReport()
    }
}
