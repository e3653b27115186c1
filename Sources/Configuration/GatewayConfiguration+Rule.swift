import Aggregation

extension GatewayConfiguration {
    /// The rule that `[aggregation]` describes.
    public var serverRule: ServerRule.Settings {
        switch rule {
        case .afedpg: return .afedpg(afedpg)
        case .vanilla:
            var settings = afedpg
            settings.usesLookahead = false
            return .afedpg(settings)
        case .lapg: return .rounds(.lapg(stepSize: afedpg.stepSize, gradientNorm: afedpg.gradientNorm))
        case .fedpg: return .rounds(.fedpg(afedpg, robust: robust, learnersMaximum: agentsMaximum))
        case .rennala: return .rounds(collecting(.rennala(batches: roundBatches)))
        case .malenia: return .rounds(collecting(.malenia(batches: roundBatches)))
        case .a3c:
            return .arrivals(
                .a3c(
                    stepSize: afedpg.stepSize, scaling: arrivals.scaling, decay: arrivals.rmsPropDecay,
                    epsilon: arrivals.rmsPropEpsilon, gradientNorm: afedpg.gradientNorm))
        case .fedasync:
            return .arrivals(
                .fedAsync(
                    stepSize: afedpg.stepSize, mixing: arrivals.mixing, staleness: arrivals.staleness,
                    gradientNorm: afedpg.gradientNorm))
        case .fedbuff:
            return .arrivals(
                .fedBuff(
                    stepSize: afedpg.stepSize, length: arrivals.bufferLength, staleness: arrivals.staleness,
                    gradientNorm: afedpg.gradientNorm))
        }
    }

    private func collecting(_ gathering: RoundGathering) -> RoundRuleSettings {
        .collecting(gathering, batchesInitial: roundBatchesInitial, step: afedpg)
    }
}
