import Bounded

/// A round that collects has enough gradients at a version: the gateway wants an agent's mean, or nothing of it.
public struct Collect: Sendable, BitwiseCopyable {
    /// The version that the gradients were taken at.
    public var version: PolicyVersion
    /// 0 when the mean is wanted; else how long the agent is to rest, if no policy comes before.
    ///
    /// **Units:** milliseconds. **Limit:** `WireLimits.intervalMillisecondsMaximum`.
    public var restMilliseconds: UInt32 = 0

    public init(version: PolicyVersion, restMilliseconds: UInt32 = 0) {
        self.version = version
        self.restMilliseconds = restMilliseconds
    }
}
