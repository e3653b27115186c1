import Aggregation
import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// The newest version in memory, with all that a restart needs: what `restore` takes.
    ///
    /// A store that commits in groups needs it once a group, not once a version. Valid until the core is called again.
    public mutating func snapshot() -> GatewaySnapshot {
        writeState()
        let current = rule.state
        var snapshot = GatewaySnapshot(
            version: current.version, parameters: current.parameters, direction: current.direction,
            state: UnsafeBufferPointer(state))
        snapshot.observationCount = observations.count
        snapshot.observationMean = UnsafeBufferPointer(observations.mean)
        snapshot.observationSquaredDeviations = UnsafeBufferPointer(observations.squaredDeviations)
        snapshot.totals = totals
        return snapshot
    }

    /// The point θ̃ of the newest version in memory, as agents get it.
    public var newestSamplingPoint: PackedVector { versions.packedParameters(of: version) }

    /// The same, unpacked.
    public func unpackNewestSamplingPoint(into vector: Vector) {
        let packed = newestSamplingPoint
        do throws(CodecError) {
            try packed.codec.decode(
                count: packed.count, parameters: packed.parameters, data: packed.data, into: vector)
        } catch {
            preconditionFailure("a policy of our own that does not unpack")
        }
    }

    /// The normaliser of the newest version in memory; empty unless the policy normalises observations.
    public var newestNormaliser: (mean: UnsafeBufferPointer<Float>, scale: UnsafeBufferPointer<Float>) {
        guard settings.policy.normalisesObservations else {
            return (UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
        }
        return (
            UnsafeBufferPointer(versions.normaliserMean(of: version).buffer),
            UnsafeBufferPointer(versions.normaliserScale(of: version).buffer)
        )
    }
}
