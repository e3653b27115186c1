import Bounded

/// Where an agent stands, in one small value for a shell that looks after many of them.
public struct AgentStanding: Equatable, Sendable {
    /// Whether `work` would do something now.
    public let wantsWork: Bool
    /// Whether environment steps are next.
    public let isSampling: Bool
    /// Whether the gradient of a whole batch is next.
    public let isComputing: Bool
    /// Environment steps until the batch that is being sampled is whole; 0 when none is.
    public let batchStepsLeft: Int
    /// When `outgoing` should be asked again, if nothing happens before.
    public let deadline: Instant?
}

extension AgentCore {
    /// Where this agent stands.
    ///
    /// It is mutating though it changes nothing: for each question that is not, the compiler copies the whole core.
    public mutating func standing() -> AgentStanding {
        let isSampling = sampler.phase == .sampling
        return AgentStanding(
            wantsWork: wantsWork, isSampling: isSampling, isComputing: sampler.phase == .computing,
            batchStepsLeft: isSampling ? sampler.stepsLeft : 0, deadline: deadline())
    }
}
