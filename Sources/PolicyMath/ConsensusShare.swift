import Bounded

/// An agent's share of a natural gradient that a federation agrees on: what it keeps from round to round.
///
/// The federation looks for the y that maximises Σ g_iᵀ y − ½ yᵀ H_i y, with H_i the damped Fisher matrix of agent i;
/// the agent solves (H_i + ρ I) y_i = g_i − λ_i + ρ y, and sends y_i + λ_i / ρ.
/// **Memory:** four vectors of parameters, beside the natural gradient's, whose solution is y_i.
/// **Source:** Lan, Wang, Anderson, Brinton, Aggarwal (FedNPG-ADMM, arXiv 2310.19807); consensus ADMM as in Boyd et al.
/// 2011, section 7.1.
struct ConsensusShare {
    /// y, what all agree on so far; its owner is whoever receives it.
    let agreed: Vector
    /// λ_i.
    let dual: Vector
    /// g_i.
    let plain: Vector
    /// g_i − λ_i + ρ y.
    let right: Vector
    /// ρ.
    var penalty: Float = 1
    /// y_iᵀ H_i y_i.
    var curvature: Float = 0

    init(parameterCount: Int, arena: inout Arena) throws(Arena.Refusal) {
        let holder: StaticString = "consensus"
        agreed = try arena.vector(parameterCount, holder: holder)
        dual = try arena.vector(parameterCount, holder: holder)
        plain = try arena.vector(parameterCount, holder: holder)
        right = try arena.vector(parameterCount, holder: holder)
    }
}
