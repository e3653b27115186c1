import Bounded
import GradientCodec
import PolicyMath
import Wire

// A critic that the federation shares is loaded with the policy when a batch begins (`HeldPolicy.loadCritic`), and
// trained by the estimator. Here is what goes back with the update.

extension AgentCore {
    /// Adds how the shared critic has changed since it was loaded, if it was.
    ///
    /// A change that the gateway would refuse, since the critic has diverged, stays here: the gradient is sound without
    /// it, and the next batch begins with the federation's critic again.
    mutating func addCritic(to update: inout Update) {
        // A batch that is used once more has trained nothing; its change went with its first report.
        guard update.report.steps > 0 else { return }
        guard let sharing = federation?.critic, let change = sampler.estimator.takeCriticChange(), change.isFinite
        else { return }
        var data = change.bytes
        if sharing.codec == .denseFloat16 {
            for element in change.buffer where abs(element) > Self.largestFloat16 { return }
            let packed = UnsafeMutableRawBufferPointer(criticBytes)
            guard (try? sharing.codec.encode(change, into: packed)) != nil else { return }
            data = UnsafeRawBufferPointer(packed)
        }
        let targets = sampler.estimator.criticTargets
        let limit = TargetStatistics.magnitudeMaximum
        guard abs(targets.mean) <= limit, targets.squaredDeviations <= limit * limit else { return }
        update.critic = PackedVector(codec: sharing.codec, count: change.count, data: data)
        update.criticTargets = TargetStatistics(
            count: targets.count, mean: targets.mean, squaredDeviations: max(0, targets.squaredDeviations))
    }

    /// The largest number of half precision.
    private static var largestFloat16: Float { 65_504 }

    /// The most bytes that an update of this agent takes.
    func largestUpdateBytes(sharesCritic: Bool) -> Int {
        let criticCount = sharesCritic ? settings.sharedCriticCount(specification) : 0
        return WireLimits(policy: PolicyShape(specification), criticCount: criticCount).largestMessageBytes
    }
}

extension AgentSettings {
    /// The hidden layers of a critic that can be shared; nil without one.
    var sharedCriticWidths: HiddenWidths? {
        guard estimator.baseline == .critic, estimator.critic.isShared else { return nil }
        return HiddenWidths(estimator.critic.hiddenWidths)
    }

    /// How many parameters it has; 0 without one.
    func sharedCriticCount(_ specification: PolicySpecification) -> Int {
        guard let widths = sharedCriticWidths else { return 0 }
        return CriticSharing.parameterCount(
            observationCount: specification.observationCount, hiddenWidths: widths)
    }
}
