import Bounded
import PolicyMath

extension AgentCore {
    /// Whether memory for agreeing on a natural gradient is reserved.
    var agrees: Bool { settings.estimator.direction == .consensus }

    /// Brings λ_i up to `version`, whose y is held; true when y contains this agent's solution, whose batch is there.
    ///
    /// λ_i follows y only if y is the mean of a round that this agent's last solution was in: then Σ λ_i = 0 stays true
    /// of all who were in it. With every other y it begins again at zero.
    mutating func follow(_ version: PolicyVersion) -> Bool {
        // Another batch for the same y: the last one was refused, or broke.
        if version == agreement.version {
            agreement.isApplied = false
            return false
        }
        let follows = agreement.isApplied && agreement.version?.next == version && sampler.hasGradient
        if follows { sampler.estimator.followAgreement() } else { sampler.estimator.forgetAgreement() }
        agreement = Agreement(version: version)
        return follows
    }
}
