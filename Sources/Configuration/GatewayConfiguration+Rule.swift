import Aggregation
import Bounded

extension GatewayConfiguration {
    /// The rule that `[aggregation]` describes.
    public var serverRule: ServerRule.Settings {
        var afedpg = afedpg
        // Gradients that BASGD combines have been judged by their lengths before; the rule never sees them one by one.
        if filter.kind == .basgd { afedpg.gradientNorm = GradientNormSettings() }
        switch rule {
        case .afedpg: return .afedpg(afedpg)
        case .vanilla:
            afedpg.usesLookahead = false
            return .afedpg(afedpg)
        case .lapg: return .rounds(.lapg(stepSize: afedpg.stepSize, gradientNorm: afedpg.gradientNorm))
        case .fedpg: return .rounds(.fedpg(afedpg, robust: robust, learnersMaximum: agentsMaximum))
        case .rennala: return .rounds(collecting(.rennala(batches: roundBatches)))
        case .malenia: return .rounds(collecting(.malenia(batches: roundBatches)))
        case .fednpgADMM:
            return .rounds(
                .fednpgADMM(
                    consensus, stepSize: afedpg.stepSize, normalises: afedpg.normalisesDirection,
                    gradientNorm: afedpg.gradientNorm))
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

    /// The filter that `[aggregation]` describes.
    public var arrivalFilter: ArrivalFilterSettings {
        var settings = filter
        settings.gradientNorm = afedpg.gradientNorm
        settings.adversariesMaximum = robust.adversariesMaximum
        settings.combination = robust
        // Both of these rules weight late gradients themselves.
        settings.dampening = rule == .fedasync || rule == .fedbuff ? .constant : arrivals.staleness
        settings.agentsMaximum = agentsMaximum
        settings.stalenessMaximum = stalenessMaximum
        return settings
    }

    /// What the rule `fednpg-admm` contradicts, and what to do about it.
    var consensusConflict: Conflict? {
        guard rule == .fednpgADMM else { return nil }
        if afedpg.gradientNorm.clip != .off {
            return Conflict("gradient_clip", "agreement needs the vectors of all agents whole; set off")
        }
        return nil
    }

    /// What contradicts in the keys against adversaries, and what to do about it.
    var robustConflict: Conflict? {
        if filter.kind != .none, serverRule.isSynchronous {
            return Conflict("filter", "rounds have no filter; use combine, or a rule without rounds")
        }
        if filter.kind == .zeno, validator.isEmpty {
            return Conflict("validator", "zeno compares with the gradients of an agent that is trusted; name it")
        }
        if filter.kind != .zeno, !validator.isEmpty {
            return Conflict("validator", "nobody asks this agent; set filter = zeno, or leave the key out")
        }
        switch filter.kind {
        case .none, .zeno: return robust.conflict(averages: rule == .fedpg, agentsMinimum: agentsMinimum)
        case .kardam: return kardamConflict
        case .basgd: return basgdConflict
        }
    }

    /// What contradicts in the time that a round has, and what to do about it.
    var roundTimeoutConflict: Conflict? {
        guard roundTimeoutMilliseconds > 0 else { return nil }
        if !serverRule.isSynchronous {
            return Conflict("round_timeout_ms", "this rule has no rounds; set it to 0, or rule = fedpg")
        }
        return !rule.collects && agentsMinimum == agentsMaximum
            ? Conflict(
                "round_timeout_ms",
                "a round needs [federation] agents_min, and with as many as agents_max can do without nobody; lower it")
            : nil
    }

    /// What contradicts in the keys of rules that collect.
    var collectConflict: Conflict? {
        let most = RoundGathering.learnerBatchesMaximum * agentsMinimum
        if rule.collects, roundBatches > most || roundBatchesInitial > most {
            return Conflict(
                roundBatches > most ? "round_batches" : "round_batches_initial",
                "no agent adds up more than 65536 gradients; lower it, or raise agents_min of [federation]")
        }
        guard collectFrom == .soonest, rule != .rennala else { return nil }
        return Conflict(
            "collect_from", "rennala alone can do without the gradients of some; set everyone, or rule = rennala")
    }

    /// What contradicts in the keys of the shared critic.
    var criticConflict: Conflict? {
        let expectsAdversaries = filter.kind != .none || robust.keepsGradients
        guard critic.isShared, expectsAdversaries else { return nil }
        return Conflict(
            "shared",
            "any agent can send any critic, and no filter or combine looks at it; set shared = false with those")
    }

    private var kardamConflict: Conflict? {
        if robust.keepsGradients {
            return Conflict("combine", "kardam judges gradients one by one; set combine = mean, or filter = basgd")
        }
        if stalenessMaximum >= UInt64(ArrivalFilterSettings.maximumHistory) {
            return Conflict("staleness_max", "kardam remembers every policy that far back; at most 4095")
        }
        return agentsMinimum > 3 * robust.adversariesMaximum
            ? nil
            : Conflict(
                "adversaries_max",
                "kardam bars 2 f agents, and more than f must be left; it needs [federation] agents_min above 3 f")
    }

    private var basgdConflict: Conflict? {
        if rule == .fedbuff { return Conflict("filter", "fedbuff has a buffer of its own; use fedasync with basgd") }
        guard robust.keepsGradients else {
            return Conflict("combine", "basgd needs a combination that withstands adversaries; set combine = median")
        }
        return filter.bufferCount >= robust.gradientsNeeded(adversaries: robust.adversariesMaximum)
            ? nil
            : Conflict("basgd_buffers", "one adversary can spoil one buffer; use at least 2 adversaries_max + 1")
    }
}
