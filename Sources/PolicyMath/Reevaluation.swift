import Bounded

/// What it takes to know the gradient of a batch at parameters that the batch was not sampled with.
///
/// Each step's advantage is multiplied by its importance weight π_θ̂(a|o)/π_θ(a|o), truncated at the limit. The weights
/// of the steps before it, which decide how likely the state is, are left out: over a long episode their product is
/// nothing but noise.
///
/// **Memory:** three vectors of parameters; the log-probabilities of the steps take the place of the baseline's values,
/// which are no longer needed.
/// **Source:** Chen et al., LASG, rule WK2; the weights as in Papini et al. 2018 (SVRPG), truncated after Ionides 2008.
struct Reevaluation {
    /// θ̂.
    let remembered: Vector
    /// θ, which the batch is sampled with.
    let sampled: Vector
    /// g(θ̂; ξ), in the end g(θ; ξ) − g(θ̂; ξ).
    let other: Vector
    /// Whether there is a θ̂.
    var isKnown = false
    /// The largest weight.
    var limit: Float

    init(_ specification: PolicySpecification, limit: Float, arena: inout Arena) throws(Arena.Refusal) {
        let holder: StaticString = "gradient at the last upload"
        remembered = try arena.vector(specification.parameterCount, holder: holder)
        sampled = try arena.vector(specification.parameterCount, holder: holder)
        other = try arena.vector(specification.parameterCount, holder: holder)
        self.limit = limit
    }
}
