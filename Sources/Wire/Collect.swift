import Bounded

/// The gateway wants the mean of what an agent has collected at a version.
public struct Collect: Sendable, BitwiseCopyable {
    /// The version that the gradients were taken at.
    public var version: PolicyVersion

    public init(version: PolicyVersion) { self.version = version }
}
