import Aggregation
import Bounded
import GradientCodec
import Wire

// A shared critic goes out with each version's parameters, packed once like these, to agents that said they have one.
// What comes back with an update is unpacked and judged before the gradient changes anything, and merged after.

extension GatewayCore {
    /// Whether agents share a critic.
    var sharesCritic: Bool { settings.critic != nil }

    /// What a Welcome says of it.
    var criticSharing: CriticSharing? {
        guard let critic = settings.critic, let widths = critic.wireWidths else { return nil }
        return CriticSharing(hiddenWidths: widths, codec: critic.uplinkCodec)
    }

    /// Whether the critic of a `Hello` is another than the federation's.
    func hasOtherCritic(_ hello: Hello) -> Bool {
        guard let own = criticSharing?.hiddenWidths, let widths = hello.criticWidths else { return false }
        return widths != own
    }

    /// Draws the first critic; the store's goes before it.
    func drawCritic() {
        guard let critic = settings.critic else { return }
        self.critic.draw(
            observationCount: settings.policy.shape.observationCount, hiddenWidths: critic.hiddenWidths,
            seed: critic.seed, scratch: criticScratch)
    }

    /// Packs the critic of the version that the rule has just made into its place, once.
    func packCritic(_ companion: inout VersionRing.Companion) {
        guard sharesCritic else { return }
        critic.write(parameters: criticScratch)
        do throws(CodecError) {
            try versions.criticCodec.encode(criticScratch, into: versions.criticBytes(of: version))
        } catch {
            preconditionFailure("a critic with a NaN in it")
        }
        companion.targetMean = critic.targets.mean
        companion.targetScale = critic.targets.scale
    }

    /// The critic of the newest durable version.
    var durableCritic: Policy.Critic {
        let companion = versions.companion(of: durableVersion)
        return Policy.Critic(
            parameters: versions.packedCritic(of: durableVersion), targetMean: companion.targetMean,
            targetScale: companion.targetScale)
    }

    /// Unpacks the critic's change into scratch memory, and finds what is wrong with it.
    mutating func refusal(ofCritic update: Update) -> RejectReason? {
        guard sharesCritic, let change = update.critic else { return nil }
        guard change.codec.isDense else { return .codec }
        guard change.count == criticScratch.count else { return .shape }
        do throws(CodecError) {
            try change.codec.decode(
                count: change.count, parameters: change.parameters, data: change.data, into: criticScratch)
        } catch {
            return error == .notFinite ? .notFinite : .malformed
        }
        let targets = update.criticTargets ?? TargetStatistics()
        let moments = TargetMoments(
            count: targets.count, mean: targets.mean, squaredDeviations: targets.squaredDeviations)
        guard critic.accepts(criticScratch, moments) else { return .notFinite }
        arrivedTargets = moments
        return nil
    }

    /// Merges the change that came with the report that was just taken in, or keeps it for the end of the round.
    mutating func mergeCritic() {
        guard let arrivedTargets else { return }
        if isSynchronous {
            critic.gather(criticScratch, arrivedTargets)
        } else {
            critic.merge(criticScratch, arrivedTargets)
        }
        criticChanges &+= 1
        self.arrivedTargets = nil
    }
}
