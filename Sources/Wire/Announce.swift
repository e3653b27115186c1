import Bounded

/// The newest version, for every agent: fetch it if it helps.
public struct Announce: Sendable {
    /// The gateway's newest version.
    public var version: PolicyVersion

    public init(version: PolicyVersion) { self.version = version }
}
