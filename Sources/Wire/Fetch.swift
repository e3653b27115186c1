import Bounded

/// A request for the newest policy.
public struct Fetch: Sendable {
    /// The newest policy version that the agent holds; nil when it holds none.
    public var newestVersion: PolicyVersion?

    public init(newestVersion: PolicyVersion?) { self.newestVersion = newestVersion }
}
