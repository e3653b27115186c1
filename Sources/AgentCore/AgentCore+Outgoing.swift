import Bounded
import Environments
import Wire

extension AgentCore {
    /// How long a message waits after the transport would not take it.
    static let blockedRetryMilliseconds = 5

    /// The next message to send, in the agent's memory until the next call of any method; nil when nothing is due.
    ///
    /// The shell answers with `sent` or `wouldBlock`.
    public mutating func outgoing(at now: Instant) -> UnsafeRawBufferPointer? {
        offered = .nothing
        if wantsGoodbye { return offer(.goodbye, .goodbye(goodbye)) }
        guard ending == nil, blockedUntil <= now else { return nil }
        if let end = restsUntil, end <= now { restsUntil = nil }
        if session.isHelloDue(at: now) { return offer(.hello, .hello(hello)) }
        guard session.isWelcomed else { return nil }
        if uplink.isDue(at: now) {
            if !uplink.isInFlight, isStale(uplink.base) {
                counters.updatesStale += 1
                abandonReport()
            } else {
                offered = .report
                offeredBytes = encodedReport.count
                return encodedReport
            }
        }
        if isProgressDue {
            let progress = Progress(bootEpoch: uplink.epoch, baseVersion: batchVersion, batches: local.pending)
            return offer(.progress, .progress(progress))
        }
        if wantsPolicy, fetchAt <= now { return offer(.fetch, .fetch(Fetch(newestVersion: held.version))) }
        return nil
    }

    /// The transport took what `outgoing` returned.
    public mutating func sent(at now: Instant) {
        let cost = UInt64(frameCost.bytes(offeredBytes))
        switch offered {
        case .nothing: break
        case .hello:
            traffic.hello += cost
            session.helloSent(at: now)
        case .report:
            if reportIsSkip { traffic.skip += cost } else { traffic.update += cost }
            if uplink.isInFlight { counters.resends += 1 }
            uplink.sent(at: now)
        case .progress:
            traffic.progress += cost
            owesProgress = false
        case .fetch:
            traffic.fetch += cost
            fetchAt = now.advanced(byMilliseconds: settings.resendIntervalMilliseconds)
        case .goodbye:
            traffic.goodbye += cost
            wantsGoodbye = false
        }
        offered = .nothing
    }

    /// The transport's queue was full: the message is offered again a little later.
    public mutating func wouldBlock(at now: Instant) {
        if offered == .goodbye { wantsGoodbye = false }
        offered = .nothing
        blockedUntil = now.advanced(byMilliseconds: Self.blockedRetryMilliseconds)
    }

    private mutating func offer(_ kind: Offered, _ message: AgentMessage) -> UnsafeRawBufferPointer? {
        do throws(WireError) {
            let bytes = try smallMessages.encode(message)
            offered = kind
            offeredBytes = bytes.count
            return bytes
        } catch {
            wantsGoodbye = false
            ending = ending ?? .encoding(error)
            return nil
        }
    }

    private var hello: Hello {
        var hello = Hello(shape: PolicyShape(specification))
        hello.agentName = settings.name
        hello.bootEpoch = uplink.epoch
        hello.largestMessageBytes = UInt32(clamping: largestMessageBytes)
        hello.newestVersion = held.version
        hello.softwareVersion = settings.softwareVersion
        hello.lastSequence = UpdateSequence(uplink.unansweredSequence)
        hello.environmentName = environmentName
        hello.federationID = held.version == nil ? 0 : held.federationID
        hello.criticWidths = settings.sharedCriticWidths
        return hello
    }

    private var goodbye: Goodbye {
        Goodbye(bootEpoch: uplink.epoch, reason: FixedText("told to stop"))
    }
}
