import Bounded
import Wire

/// The part of one agent in a version: the report that went into it.
public struct Contribution: Sendable, BitwiseCopyable {
    /// Which agent sent it: `GatewayCore.agent(at:)` has the row to store with the version.
    public var agent: Int
    /// What the agent said about it; its observation statistics are left out.
    public var report: Report
    /// The versions that had been made since the one that it was sampled with (δ).
    public var delay: UInt64 = 0
    /// The norm of the gradient as it arrived.
    public var gradientNorm = 0.0
    /// The size of the message, in bytes.
    public var messageBytes: Int
    /// Whether the agent's mirror was applied in place of a gradient that its gate held back.
    public var isReuse = false
    /// Whether the agent's gate held its gradient back and nothing was applied in its place; only in rounds.
    public var isNotedSkip = false

    /// Which of the agent's reports it was.
    public var identity: UpdateIdentity { report.identity }
    /// The version that was sampled with.
    public var baseVersion: PolicyVersion { report.baseVersion }
}
