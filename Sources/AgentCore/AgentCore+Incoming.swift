import Bounded
import GradientCodec
import PolicyMath
import Wire

extension AgentCore {
    /// Takes one frame from the gateway. What cannot be decoded, or makes no sense now, is counted and dropped.
    public mutating func received(_ bytes: UnsafeRawBufferPointer, at now: Instant) {
        guard ending == nil else { return }
        let cost = UInt64(frameCost.bytes(bytes.count))
        do throws(WireError) {
            switch try decoder.decodeGatewayMessage(bytes) {
            case .welcome(let welcome):
                traffic.welcome += cost
                take(welcome, at: now)
            case .policy(let policy):
                traffic.policy += cost
                take(policy, at: now)
            case .announce(let announce):
                traffic.announce += cost
                take(announce, at: now)
            case .reject(let reject):
                traffic.reject += cost
                take(reject, at: now)
            case .collect(let collect):
                traffic.collect += cost
                take(collect, at: now)
            }
        } catch {
            counters.messagesMalformed += 1
        }
    }

    // MARK: - Welcome

    private mutating func take(_ welcome: Welcome, at now: Instant) {
        guard session.welcomed() else {
            counters.messagesIgnored += 1
            return
        }
        counters.welcomes += 1
        guard agrees(with: welcome) else { return }
        let isOtherFederation = held.join(federation: welcome.federationID)
        // Before other settings give the report in flight up: it may have been applied.
        if !isOtherFederation, uplink.applied(upTo: welcome.lastAppliedSequence) {
            reportAnswered(reportIsSkip ? .reused : .applied)
        }
        guard adopt(welcome.settings.uplink, welcome.settings.local) else { return }
        sampler.clampLogStd(to: welcome.specification.logStdMinimum...welcome.specification.logStdMaximum)
        federation = welcome.settings
        isWaitingForStart = welcome.isWaiting
        restsUntil = nil
        if isOtherFederation {
            // Another federation's versions count from another start: nothing that rests on ours means anything there.
            abandonWork()
            abandonReport()
            compressor.forget()
            sampler.estimator.forgetParameters()
            agreement.version = nil
            newestKnown = .initial
            _ = uplink.applied(upTo: welcome.lastAppliedSequence)
        }
        newestKnown = max(newestKnown, welcome.newestVersion)
        // A federation that waits will send its policy when it starts; asking is only a safeguard against a lost one.
        let patience = welcome.isWaiting ? 5 * settings.resendIntervalMilliseconds : 0
        fetchAt = now.advanced(byMilliseconds: patience)
        if let policy = welcome.policy { adopt(policy) }
        if uplink.holdsUpdate {
            if isStale(uplink.base) {
                counters.updatesStale += 1
                abandonReport()
            } else {
                uplink.postpone(to: now)
            }
        }
        abandonBatchIfStale()
        owesProgress = local.settings.collects && local.pending > 0
    }

    /// Whether the federation trains the policy that this agent has reserved memory for; ends the agent if not.
    private mutating func agrees(with welcome: Welcome) -> Bool {
        guard welcome.protocolVersion == WireLimits.protocolVersion else {
            ending = .refused(reason: .protocolVersion, detail: FixedText())
            return false
        }
        if let mismatch = ShapeMismatch(own: specification, federation: welcome.specification) {
            ending = .shape(mismatch)
            return false
        }
        let consensus = welcome.settings.consensus
        guard (consensus != nil) == agrees else {
            ending = .direction(isAgreedOn: consensus != nil)
            return false
        }
        if let consensus { sampler.estimator.adopt(penalty: consensus.penalty) }
        if let shared = welcome.settings.critic, let own = settings.sharedCriticWidths,
            let mismatch = ShapeMismatch(ownCritic: own, federation: shared.hiddenWidths)
        {
            ending = .shape(mismatch)
            return false
        }
        let limit = Int(welcome.settings.largestMessageBytes)
        let needed = largestUpdateBytes(sharesCritic: welcome.settings.critic != nil)
        guard needed <= limit else {
            ending = .updateTooLarge(bytes: needed, limitBytes: limit)
            return false
        }
        return true
    }

    // MARK: - Policy and announcement

    private mutating func take(_ policy: Policy, at now: Instant) {
        guard session.isWelcomed else {
            counters.messagesIgnored += 1
            return
        }
        if let answer = policy.answer {
            if uplink.answered(epoch: answer.identity.epoch, sequence: answer.identity.sequence) {
                reportAnswered(answer.outcome)
            } else {
                counters.messagesIgnored += 1
            }
            fetchAt = now
        }
        isWaitingForStart = false
        restsUntil = nil
        adopt(policy)
        abandonBatchIfStale()
    }

    /// Learns of a version, and takes its parameters over if they are newer than what is held.
    private mutating func adopt(_ policy: Policy) {
        if policy.isRollback, policy.parameters != nil, newestKnown > policy.version {
            newestKnown = policy.version
            agreement.version = nil
            if batchVersion > policy.version { abandonWork() }
            if uplink.holdsUpdate, uplink.base > policy.version { abandonReport() }
        }
        newestKnown = max(newestKnown, policy.version)
        abandonBatchIfStale()
        // Local steps go on from what is held, which must stay what it was.
        if isAscending, policy.parameters != nil, !policy.isRollback { return }
        do throws(CodecError) {
            switch try held.take(policy, decoder: &vectors) {
            case .taken: counters.policiesTaken += 1
            case .notWanted: break
            case .withoutBase:
                // The version is known now, so that it will be asked for; what is asked for comes whole.
                counters.policiesWithoutBase += 1
            }
        } catch {
            counters.messagesMalformed += 1
        }
    }

    private var isAscending: Bool {
        local.settings.ascends && (sampler.phase != .idle || local.pending > 0)
    }

    /// Sends the mean of what was collected, without the batch at hand, or rests.
    private mutating func take(_ collect: Collect, at now: Instant) {
        let isAsked = collect.restMilliseconds == 0
        guard session.isWelcomed, local.settings.collects, collect.version == held.version, !uplink.holdsUpdate,
            !isAsked || (local.pending > 0 && collect.version == batchVersion)
        else {
            counters.messagesIgnored += 1
            return
        }
        if sampler.phase != .idle {
            counters.batchesCut += 1
            sampler.abandon()
        }
        if isAsked {
            restsUntil = nil
            report(at: now)
        } else {
            restsUntil = now.advanced(byMilliseconds: Int(collect.restMilliseconds))
        }
    }

    private mutating func take(_ announce: Announce, at now: Instant) {
        guard session.isWelcomed else {
            counters.messagesIgnored += 1
            return
        }
        newestKnown = max(newestKnown, announce.version)
        abandonBatchIfStale()
    }

    /// Stops sampling for an update that the gateway would refuse.
    private mutating func abandonBatchIfStale() {
        guard sampler.phase != .idle || local.pending > 0, isStale(batchVersion) else { return }
        if sampler.phase != .idle { counters.batchesStale += 1 }
        abandonWork()
    }
}
