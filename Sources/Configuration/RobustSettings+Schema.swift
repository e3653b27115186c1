import Aggregation

extension RobustCombination: ConfigurationChoice {
    static var words: StaticString {
        "mean median trimmed-mean meamed krum multi-krum geometric-median centred-clipping fedpg-br"
    }
}

extension RobustSettings {
    /// The keys of `[aggregation]` that say how a round's gradients become one.
    mutating func visit(_ visitor: SchemaVisitor) {
        visitor.choice("combine", &combination)
        visitor.integer("adversaries_max", &adversariesMaximum, IntegerRange(0, Self.adversariesLimit, "agents"))
        visitor.integer("krum_selected", &krumSelected, IntegerRange(0, 65_536, "gradients"))
        visitor.integer("geometric_median_iterations", &weiszfeldIterations, IntegerRange(1, 1_000, "iterations"))
        visitor.number("geometric_median_smoothing", &weiszfeldSmoothing, NumberRange(above: 0, 1e6))
        visitor.number("centred_clipping_radius", &clippingRadius, NumberRange(0, 1e12))
        visitor.integer("centred_clipping_iterations", &clippingIterations, IntegerRange(1, 1_000, "iterations"))
        visitor.number("fedpg_br_deviation", &filterDeviation, NumberRange(above: 0, 1e12))
        visitor.number("fedpg_br_failure", &filterFailure, NumberRange(above: 0, 1))
        visitor.integer("fedpg_br_trajectories", &filterTrajectories, IntegerRange(1, 1_000_000, "trajectories"))
        visitor.integer("combine_buckets_of", &bucketSize, IntegerRange(1, 1_000, "gradients"))
        visitor.flag("combine_nearest", &mixesNearest)
        visitor.flag("combine_clipped", &clipsLargest)
    }

    /// Keys that contradict each other or the rest, and what to do about it.
    func conflict(averages: Bool, agentsMinimum: Int) -> Conflict? {
        guard keepsGradients else {
            return adversariesMaximum == 0
                ? nil
                : Conflict(
                    "adversaries_max", "the mean withstands no adversary; set combine to another rule, or 0 here")
        }
        guard averages else {
            return Conflict(
                "combine", "only a rule that takes the mean of a round has one to replace; set rule = fedpg")
        }
        guard agentsMinimum < gradientsNeeded(adversaries: adversariesMaximum) else { return nil }
        switch combination {
        case .krum, .multiKrum:
            return Conflict(
                "adversaries_max",
                "so many need [federation] agents_min above 2 adversaries_max + 2, times combine_buckets_of")
        case .mean, .median, .trimmedMean, .meanAroundMedian, .geometricMedian, .centredClipping, .fedpgbr:
            return Conflict(
                "adversaries_max",
                "so many need [federation] agents_min above 2 adversaries_max, times combine_buckets_of")
        }
    }
}
