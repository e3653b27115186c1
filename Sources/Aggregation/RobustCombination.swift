/// How the gradients of a round become one.
///
/// In what follows x₁ … x_n are the gradients, at most f of which are not what an honest learner would have sent.
public enum RobustCombination: UInt32, Sendable {
    /// Their mean: every single one of them can move it anywhere.
    case mean = 0
    /// The median of each coordinate; of an even number, the midpoint of the two in the middle.
    ///
    /// **Source:** Yin, Chen, Ramchandran, Bartlett, "Byzantine-Robust Distributed Learning: Towards Optimal
    /// Statistical Rates" (arXiv 1803.01498).
    case median = 1
    /// The mean of each coordinate without its f smallest and f largest values.
    ///
    /// **Source:** Yin et al., as `median`.
    case trimmedMean = 2
    /// The mean of the n − f values of each coordinate that are nearest to its median; of two equally near, the
    /// smaller.
    ///
    /// **Source:** Xie, Koyejo, Gupta, "Generalized Byzantine-tolerant SGD" (arXiv 1802.10116).
    case meanAroundMedian = 3
    /// The one with the least sum of squared distances to its n − f − 2 nearest others; of equals, the first.
    ///
    /// **Source:** Blanchard, El Mhamdi, Guerraoui, Stainer, "Machine Learning with Adversaries: Byzantine Tolerant
    /// Gradient Descent" (NeurIPS 2017; arXiv 1703.02757).
    case krum = 4
    /// The mean of the ones with the least such sums.
    ///
    /// **Source:** as `krum`.
    case multiKrum = 5
    /// The point with the least sum of distances to them all, by Weiszfeld's iteration with a smoothed denominator.
    ///
    /// **Source:** Pillutla, Kakade, Harchaoui, "Robust Aggregation for Federated Learning" (RFA, arXiv 1912.13445),
    /// algorithm 2. Deviation: it starts at the coordinates' median and not at the mean, which a single huge vector
    /// would put so far away that a few iterations do not come back.
    case geometricMedian = 6
    /// v ← v + (1/n) Σ (xᵢ − v) min(1, τ/‖xᵢ − v‖), from the v of the round before.
    ///
    /// **Source:** Karimireddy, He, Jaggi, "Learning from History for Byzantine Robust Optimization" (arXiv
    /// 2012.10333). The radius τ is configured, or, which is ours, the median of the distances ‖xᵢ − v‖.
    case centredClipping = 7
    /// The mean of the ones that are near the one that more than half of the others are near to.
    ///
    /// **Source:** Fan, Ma, Dai, Jing, Tan, Low, "Fault-Tolerant Federated Reinforcement Learning with Theoretical
    /// Guarantee" (FedPG-BR, arXiv 2110.14074), the filter of algorithm 1 (rules R1 and R2). Deviation: when both rules
    /// leave nobody, the round's gradient is zero; the paper's server goes on with gradients that it samples itself.
    case fedpgbr = 8
}
