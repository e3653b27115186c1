import Bounded
import Wire

/// What an operator may want to know. Agents are given by their index: `GatewayCore.agent(at:)` says more.
public enum GatewayNotice: Equatable, Sendable {
    /// An agent is welcome.
    case agentJoined(agent: Int)
    /// The same agent came over another connection; the older one is no longer welcome.
    case agentReplaced(agent: Int)
    /// An agent is no longer welcome.
    case agentLeft(agent: Int, Departure)
    /// A report was answered without anything new: it had been applied before.
    case duplicate(agent: Int, UpdateIdentity)
    /// The gate of an agent stayed shut, and nothing was applied; the gate compared `value` with `threshold`.
    case skipped(agent: Int, UpdateIdentity, value: Float, threshold: Float)
    /// The validating agent has brought a gradient for the filter to compare with.
    case validated(agent: Int, UpdateIdentity)
    /// Something was refused; `agent` is nil when the sender is not known.
    case refused(agent: Int?, connection: Connection, RejectReason, UpdateIdentity?)
    /// An agent that was asked for what it had collected did not send it in time: the round goes on without it.
    case collectTimedOut(agent: Int)
    /// An agent has not reported in a round within its time: the round goes on without it.
    case roundTimedOut(agent: Int)
    /// Enough agents are there: the first policy goes out.
    case started
    /// The work is done; nothing is applied any more.
    case finished(Completion)
    /// After a stop or at the end: everything applied is stored and acknowledged.
    case drained

    /// Why an agent is no longer welcome.
    public enum Departure: UInt32, Sendable {
        /// It said goodbye.
        case goodbye = 0
        /// Its connection is gone.
        case connectionGone = 1
        /// Nothing was heard of it for too long.
        case timedOut = 2
    }

    /// What ended the work.
    public enum Completion: UInt32, Sendable {
        /// `updatesMaximum` is reached.
        case updates = 0
        /// `stepsMaximum` is reached.
        case steps = 1
        /// `targetReturn` is reached.
        case targetReturn = 2
    }
}
