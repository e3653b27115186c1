import Bounded
import GatewayCore
import GradientCodec
import PolicyStore
import Wire

/// The arena that the core and the socket live in, and what the loop itself reserves from it.
///
/// Whoever owns the loop keeps this until the loop is gone.
final class LoopMemory {
    /// Connections that turned out to be gone while the core's actions were carried out.
    let gone: UnsafeMutableBufferPointer<Connection>
    /// When each agent was first seen, by its index in the core. **Units:** nanoseconds since 1970.
    let firstSeen: UnsafeMutableBufferPointer<UInt64>
    /// When it was last heard of, as far as the store knows.
    let lastSeen: UnsafeMutableBufferPointer<UInt64>
    /// θ̃ in single precision, when the downlink's codec is another.
    private let samplingPoint: Vector
    private let arena: Arena

    /// Takes the arena over once everything is reserved in it.
    init(arena: consuming Arena, buffers: LoopBuffers) {
        gone = buffers.gone
        firstSeen = buffers.firstSeen
        lastSeen = buffers.lastSeen
        samplingPoint = buffers.samplingPoint
        arena.seal()
        self.arena = arena
    }

    /// What was reserved, by holder.
    var plan: MemoryPlan { arena.plan }

    /// The newest version as the store takes it.
    func policyView(of core: borrowing GatewayCore, parameters: UnsafeBufferPointer<Double>) -> PolicyView {
        let normaliser = core.newestNormaliser
        return PolicyView(
            theta: parameters, lookahead: unpacked(core.newestSamplingPoint), normaliserMean: normaliser.mean,
            normaliserScale: normaliser.scale)
    }

    /// A version as the store takes it.
    func policyView(of version: borrowing AppliedVersion) -> PolicyView {
        PolicyView(
            theta: version.parameters, lookahead: unpacked(version.samplingPoint),
            normaliserMean: version.normaliserMean, normaliserScale: version.normaliserScale)
    }

    /// A vector in single precision, viewed in place where it is that already.
    private func unpacked(_ vector: PackedVector) -> UnsafeBufferPointer<Float> {
        if vector.codec == .denseFloat32 { return vector.data.assumingMemoryBound(to: Float.self) }
        do throws(CodecError) {
            try vector.codec.decode(
                count: vector.count, parameters: vector.parameters, data: vector.data, into: samplingPoint)
        } catch {
            preconditionFailure("a policy of our own that does not decode")
        }
        return UnsafeBufferPointer(samplingPoint.buffer)
    }
}

/// What the loop itself reserves.
struct LoopBuffers {
    let gone: UnsafeMutableBufferPointer<Connection>
    let firstSeen: UnsafeMutableBufferPointer<UInt64>
    let lastSeen: UnsafeMutableBufferPointer<UInt64>
    let samplingPoint: Vector

    init(settings: GatewaySettings, arena: inout Arena) throws(Arena.Refusal) {
        gone = try arena.reserve(Connection.self, count: settings.agentsMaximum + 8, holder: "loop")
        firstSeen = try arena.reserve(UInt64.self, count: settings.knownAgentsMaximum, holder: "loop")
        lastSeen = try arena.reserve(UInt64.self, count: settings.knownAgentsMaximum, holder: "loop")
        samplingPoint = try arena.vector(settings.policy.shape.parameterCount, holder: "loop")
    }
}
