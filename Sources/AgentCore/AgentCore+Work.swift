import Bounded
import Environments
import PolicyMath
import Wire

extension AgentCore {
    /// Whether `work` would do something now.
    public var wantsWork: Bool {
        guard ending == nil else { return false }
        return switch sampler.phase {
        case .idle: canBeginBatch
        case .sampling, .computing: true
        case .ready: !uplink.isInFlight
        }
    }

    /// Environment steps until the batch that is being sampled is whole; 0 when none is.
    public var batchStepsLeft: Int { sampler.phase == .sampling ? sampler.stepsLeft : 0 }

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
        if sampler.phase == .ready, !uplink.isInFlight { report(at: now) }
        counters.steps = sampler.stepsTotal
        counters.episodes = sampler.episodesTotal
    }

    /// A batch begins at the newest version that is known, unless the gateway cannot be asked for it.
    ///
    /// While an update waits for a connection, sampling goes on: the newer gradient will replace it.
    private var canBeginBatch: Bool {
        guard let version = held.version, federation != nil, !isWaitingForStart, !uplink.isInFlight else {
            return false
        }
        return newestKnown <= version || !session.isWelcomed
    }

    private mutating func beginBatch(at now: Instant) throws(EnvironmentError) {
        guard let version = held.version else { return }
        held.load(into: &sampler)
        batchVersion = version
        batchReference = held.gateReference
        batchBegan = now
        try sampler.begin()
    }

    /// The environment failed or diverged: the batch is worthless, and one that goes on failing ends the agent.
    private mutating func batchBroke(_ error: EnvironmentError) {
        sampler.abandonEpisode()
        counters.batchesBroken += 1
        brokenBatches += 1
        if brokenBatches >= settings.brokenBatchesMaximum {
            ending = .environment(error, batches: brokenBatches)
        }
    }

    /// The gradient came out infinite or as no number although every observation was finite.
    mutating func gradientBroke() {
        counters.batchesBroken += 1
        brokenBatches += 1
        if brokenBatches >= settings.brokenBatchesMaximum { ending = .gradientNotFinite(batches: brokenBatches) }
    }

    /// The most bytes that an update of this agent takes.
    var largestUpdateBytes: Int { largestMessageBytes }
}
