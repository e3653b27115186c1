import Bounded
import Wire

/// The policy that a trusted gradient is wanted of: the newest version in memory, as agents will get it.
///
/// The views are the core's own memory, valid until the core is called again: copy what has to last.
public struct ValidationRequest {
    /// The version.
    public var version: PolicyVersion
    /// The point to sample at.
    public var samplingPoint: PackedVector
    /// What observations are shifted by; empty unless the policy normalises observations.
    public var normaliserMean: UnsafeBufferPointer<Float>
    /// What observations are then scaled by.
    public var normaliserScale: UnsafeBufferPointer<Float>
}
