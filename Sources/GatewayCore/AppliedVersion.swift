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
    /// The version that the gradient was sampled with.
    public var baseVersion: PolicyVersion
    /// Which agent sent it: `GatewayCore.agent(at:)` has the row to store with this version.
    public var agent: Int
    /// Which of its reports it was.
    public var identity: UpdateIdentity
    /// What the agent said about it; its observation statistics are left out.
    public var report: Report
    /// The size of the message, in bytes.
    public var messageBytes: Int
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
    /// Sums over all agents, this update included.
    public var totals: GatewayTotals

    /// The version that this is.
    public var version: PolicyVersion { update.version }
}
