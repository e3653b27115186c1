import Bounded
import Environments
import PolicyMath
import Wire

extension AgentCore {
    // Inlined, as all that `standing` asks is: a call would copy the whole core.

    /// Whether `work` would do something now.
    @inline(__always)
    public var wantsWork: Bool {
        guard ending == nil else { return false }
        return switch sampler.phase {
        case .idle: canBeginBatch
        case .sampling, .computing: true
        case .ready: !uplink.isInFlight
        }
    }

    /// Does one bounded slice: at most `steps` environment steps, or one slice of the gradient.
    ///
    /// The shell serves the socket between slices, so that a long rollout never looks like death.
    /// **Complexity:** one slice of the gradient is about a millisecond on a desktop core.
    public mutating func work(steps: Int, at now: Instant) {
        guard wantsWork else { return }
        do throws(EnvironmentError) {
            switch sampler.phase {
            case .idle: try beginBatch(at: now)
            case .sampling: try sampler.sample(atMost: steps)
            case .computing: sampler.compute()
            case .ready: break
            }
        } catch {
            batchBroke(error)
        }
        if sampler.phase == .ready, !uplink.isInFlight { finishBatch(at: now) }
        countSteps()
    }

    mutating func countSteps() {
        counters.steps = sampler.stepsTotal
        counters.episodes = sampler.episodesTotal
    }

    /// A batch begins at the newest version that is known, unless the gateway cannot be asked for it.
    ///
    /// While an update waits for a connection, sampling goes on: the newer gradient will replace it.
    @inline(__always)
    private var canBeginBatch: Bool {
        guard let version = held.version, federation != nil, !isWaitingForStart, restsUntil == nil,
            !uplink.isInFlight
        else { return false }
        // What others agree on depends on what was sent: it is answered first.
        if agrees, uplink.holdsUpdate { return false }
        // What was collected and not sent yet must not be mixed with what comes after.
        if local.settings.collects, uplink.holdsUpdate || local.pending == WireLimits.batchesMaximum { return false }
        // Local work goes on with the version that it began with.
        if local.pending > 0 { return true }
        return newestKnown <= version || !session.isWelcomed
    }

    private mutating func beginBatch(at now: Instant) throws(EnvironmentError) {
        guard let version = held.version else { return }
        guard local.pending == 0 else {
            if local.settings.ascends { held.load(into: &sampler, after: local) }
            try sampler.begin(local.tally)
            return
        }
        let refines = agrees && follow(version) && held.refines
        if !refines {
            held.load(into: &sampler, after: local)
            held.loadCritic(into: &sampler)
        }
        batchVersion = version
        batchReference = held.gateReference
        batchBegan = now
        if refines { sampler.refine() } else { try sampler.begin(BatchTally()) }
    }

    /// The environment failed or diverged: the batch is worthless, and one that goes on failing ends the agent.
    mutating func batchBroke(_ error: EnvironmentError) {
        sampler.abandonEpisode()
        countBrokenBatch(.environment(error, batches: brokenBatches + 1))
    }

    /// The gradient came out infinite or as no number although every observation was finite.
    mutating func gradientBroke() {
        countBrokenBatch(.gradientNotFinite(batches: brokenBatches + 1))
    }

    /// Counts a worthless batch, which ends the agent when too many came one after another.
    private mutating func countBrokenBatch(_ cause: Ending) {
        counters.batchesBroken += 1
        brokenBatches += 1
        if brokenBatches >= settings.brokenBatchesMaximum { ending = cause }
        // The local steps may have led to where every batch breaks; from the policy that is held they may not.
        if local.settings.ascends { abandonLocalWork() }
    }

    /// Reports the finished batch, or adds it to the local work.
    private mutating func finishBatch(at now: Instant) {
        guard local.settings.accumulates else { return report(at: now) }
        sampler.finish()
        let gradient = sampler.estimator.gradient
        let norm = Self.norm(of: gradient)
        guard norm.isFinite else { return gradientBroke() }
        local.add(gradient, norm: norm, tally: sampler.tally, entropy: sampler.estimator.entropy)
        brokenBatches = 0
        if local.settings.collects {
            owesProgress = true
        } else if local.batches >= local.settings.batches {
            report(at: now)
        }
    }

    /// Gives up the batch at hand and the local work before it.
    mutating func abandonWork() {
        sampler.abandon()
        abandonLocalWork()
    }

    private mutating func abandonLocalWork() {
        counters.batchesDiscarded += UInt64(local.pending)
        local.reset()
    }
}
