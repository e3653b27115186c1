import Aggregation
import Bounded
import GradientCodec
import Wire

/// One policy version and how it came about: all that the store needs to continue from it.
///
/// The views are the core's own memory, valid until the core is called again: copy what has to last.
public struct AppliedVersion {
    /// The version, its delay and its norms.
    public var update: AppliedUpdate
    /// Whose reports made it, the last of them last; at least one. All their rows go into the store with it.
    public var contributions: UnsafeBufferPointer<Contribution>
    /// The policy θ.
    public var parameters: UnsafeBufferPointer<Double>
    /// The momentum d.
    public var direction: UnsafeBufferPointer<Double>
    /// The point θ̃ that agents sample at, as they get it.
    public var samplingPoint: PackedVector
    /// What else has to survive a restart; opaque.
    public var state: UnsafeBufferPointer<Double>
    /// What observations are shifted by; empty unless the policy normalises observations.
    public var normaliserMean: UnsafeBufferPointer<Float>
    /// What observations are then scaled by.
    public var normaliserScale: UnsafeBufferPointer<Float>
    /// How many observations are behind the normaliser.
    public var observationCount: Double
    /// Their mean; empty unless the policy normalises observations.
    public var observationMean: UnsafeBufferPointer<Double>
    /// The sums of their squared deviations; empty unless the policy normalises observations.
    public var observationSquaredDeviations: UnsafeBufferPointer<Double>
    /// Sums over all agents, these reports included.
    public var totals: GatewayTotals

    /// The version that this is.
    public var version: PolicyVersion { update.version }
}
