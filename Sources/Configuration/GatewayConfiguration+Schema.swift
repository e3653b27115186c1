import Aggregation
import Bounded
import GradientCodec
import PolicyMath

extension GatewayConfiguration: ProfileTaking {
    mutating func visit(_ visitor: SchemaVisitor) {
        visitor.begin(section: "gateway")
        visitor.text("name", &name, .plain)
        visitor.text("endpoint", &endpoint, .endpoint)
        visitor.flag("insecure", &isInsecure)
        visitor.integer("memory_limit_bytes", &memoryLimitBytes, IntegerRange(1 << 20, 1 << 40, "bytes"))
        visitor.integer(
            "status_interval_ms", &statusIntervalMilliseconds, IntegerRange(50, 3_600_000, "milliseconds"))
        visitor.begin(section: "keys")
        visitor.text("key_file", &keyFile, .path)
        visitor.text("allowed_keys_file", &allowedKeysFile, .path)
        visitPolicy(visitor)
        visitAggregation(visitor)
        visitArrivals(visitor)
        visitLocalWork(visitor)
        critic.visit(visitor)
        visitor.begin(section: "federation")
        visitor.integer("agents_min", &agentsMinimum, IntegerRange(1, 65_536, "agents"))
        visitor.integer("agents_max", &agentsMaximum, IntegerRange(1, 65_536, "agents"))
        visitor.choice("broadcast", &broadcast)
        visitor.integer(
            "announce_interval_ms", &announceIntervalMilliseconds, IntegerRange(0, 600_000, "milliseconds"))
        visitor.integer("updates_max", &updatesMaximum, IntegerRange(0, Int.max, "updates"))
        visitor.integer("steps_max", &stepsMaximum, IntegerRange(0, Int.max, "environment steps"))
        visitor.number("target_return", &targetReturn, NumberRange(-Self.noTarget, Self.noTarget))
        visitor.integer("target_episodes", &targetEpisodes, IntegerRange(1, 1_000_000, "episodes"))
        visitor.integer("seed", &seed, IntegerRange(0, Int.max, ""))
        links.visit(visitor)
        visitor.begin(section: "store")
        visitor.text("path", &storePath, .path)
        visitor.choice("durability", &durability)
        visitor.integer("keep_versions", &keptVersions, IntegerRange(0, Int.max, "versions"))
        visitor.integer(
            "commit_interval_ms", &commitIntervalMilliseconds, IntegerRange(0, 60_000, "milliseconds"))
        network.visit(visitor)
    }

    private mutating func visitPolicy(_ visitor: SchemaVisitor) {
        visitor.begin(section: "policy")
        visitor.text("environment", &environment, .plain)
        visitor.choice("distribution", &specification.distribution)
        visitor.integer("observation_count", &specification.observationCount, IntegerRange(1, 65_536, "numbers"))
        visitor.integer("action_count", &specification.actionCount, IntegerRange(1, 65_536, "numbers"))
        visitor.widths("hidden", &specification.hiddenWidths)
        visitor.flag("observation_normalisation", &specification.normalisesObservations)
        visitor.number("log_std_initial", &initialisation.logStd, NumberRange(-20, 20))
        visitor.number("log_std_minimum", &specification.logStdMinimum, NumberRange(-20, 20))
        visitor.number("log_std_maximum", &specification.logStdMaximum, NumberRange(-20, 20))
        visitor.number("hidden_gain", &initialisation.hiddenGain, NumberRange(above: 0, 100))
        visitor.number("output_gain", &initialisation.outputGain, NumberRange(above: 0, 100))
        visitor.text("initial_policy_file", &initialPolicyFile, .path)
    }

    private mutating func visitAggregation(_ visitor: SchemaVisitor) {
        visitor.begin(section: "aggregation")
        visitor.choice("rule", &rule)
        visitor.number("step_size", &afedpg.stepSize.base, NumberRange(above: 0, 1_000))
        visitor.choice("step_size_schedule", &afedpg.stepSize.kind)
        visitor.number("step_size_horizon", &afedpg.stepSize.horizon, NumberRange(above: 0, 1e12, "versions"))
        visitor.number("step_size_final_fraction", &afedpg.stepSize.finalFraction, NumberRange(above: 0, 1))
        visitor.number("step_size_exponent", &afedpg.stepSize.exponent, NumberRange(0, 10))
        visitor.number("momentum", &afedpg.momentum.base, NumberRange(above: 0, 1))
        visitor.choice("momentum_schedule", &afedpg.momentum.kind)
        visitor.number("momentum_horizon", &afedpg.momentum.horizon, NumberRange(above: 0, 1e12, "versions"))
        visitor.number("momentum_final_fraction", &afedpg.momentum.finalFraction, NumberRange(above: 0, 1))
        visitor.number("momentum_exponent", &afedpg.momentum.exponent, NumberRange(0, 10))
        visitor.choice("momentum_start", &afedpg.momentumStart)
        visitor.flag("normalise_direction", &afedpg.normalisesDirection)
        visitor.flag("lookahead", &afedpg.usesLookahead)
        visitor.number("gradient_norm_limit", &afedpg.gradientNorm.limit, NumberRange(0, 1e12))
        visitor.choice("gradient_clip", &afedpg.gradientNorm.clip)
        visitor.number("gradient_clip_norm", &afedpg.gradientNorm.clipNorm, NumberRange(above: 0, 1e12))
        visitor.number("gradient_clip_quantile", &afedpg.gradientNorm.clipQuantile, NumberRange(above: 0, 1))
        visitor.number("gradient_clip_multiple", &afedpg.gradientNorm.clipMultiple, NumberRange(1, 1e6))
        visitor.integer(
            "gradient_clip_window", &afedpg.gradientNorm.clipWindow,
            IntegerRange(GradientNormSettings.quantileWarmUp, GradientNormSettings.maximumWindow, "gradients"))
        visitor.integer("staleness_max", &stalenessMaximum, IntegerRange(0, 1_000_000, "versions"))
        robust.visit(visitor)
        visitor.number("admm_penalty", &consensus.penalty, NumberRange(above: 0, 1e6))
        visitor.integer("admm_rounds", &consensus.rounds, IntegerRange(1, ConsensusSettings.maximumRounds, "rounds"))
        visitor.choice("admm_metric", &consensus.metric)
    }

    /// The keys of the rules that collect, and the section of what agents do behind one update.
    private mutating func visitLocalWork(_ visitor: SchemaVisitor) {
        let gradients = Int(RoundGathering.batchesMaximum)
        visitor.integer("round_batches", &roundBatches, IntegerRange(1, gradients, "gradients"))
        visitor.integer("round_batches_initial", &roundBatchesInitial, IntegerRange(0, gradients, "gradients"))
        visitor.choice("collect_from", &collectFrom)
        visitor.integer("collect_timeout_ms", &collectTimeoutMilliseconds, IntegerRange(1, 3_600_000, "milliseconds"))
        visitor.integer("collect_resend_ms", &collectResendMilliseconds, IntegerRange(1, 3_600_000, "milliseconds"))
        visitor.integer("round_timeout_ms", &roundTimeoutMilliseconds, IntegerRange(0, 604_800_000, "milliseconds"))
        visitor.begin(section: "local")
        visitor.integer("batches", &localBatches, IntegerRange(1, 65_536, "gradients"))
        visitor.number("step_size", &localStepSize, NumberRange(0, 1_000))
        visitor.flag("normalise", &localNormalises)
    }

    /// The keys of the rules that take gradients as they come, and of what guards them.
    private mutating func visitArrivals(_ visitor: SchemaVisitor) {
        visitor.choice("step_scaling", &arrivals.scaling)
        visitor.number("rmsprop_decay", &arrivals.rmsPropDecay, NumberRange(0, 0.999999))
        visitor.number("rmsprop_epsilon", &arrivals.rmsPropEpsilon, NumberRange(above: 0, 1e6))
        visitor.number("mixing", &arrivals.mixing, NumberRange(above: 0, 1))
        visitor.integer(
            "buffer_length", &arrivals.bufferLength,
            IntegerRange(1, ArrivalRuleSettings.maximumBuffer, "gradients"))
        visitor.choice("staleness_weight", &arrivals.staleness.kind)
        visitor.number("staleness_exponent", &arrivals.staleness.exponent, NumberRange(0, 10))
        visitor.integer("staleness_cutoff", &arrivals.staleness.cutoff, IntegerRange(0, 1_000_000, "versions"))
        visitor.number("staleness_slope", &arrivals.staleness.slope, NumberRange(0, 1_000))
        visitor.number("staleness_floor", &arrivals.staleness.floor, NumberRange(0, 1))
        visitor.integer("staleness_typical", &arrivals.staleness.typical, IntegerRange(0, 1_000_000, "versions"))
        visitor.choice("filter", &filter.kind)
        visitor.number("kardam_tolerance", &filter.tolerance, NumberRange(above: 0, 1e6))
        visitor.integer(
            "basgd_buffers", &filter.bufferCount, IntegerRange(1, ArrivalFilterSettings.maximumBuffers, "buffers"))
        visitor.text("validator", &validator, .plain)
        visitor.number("zeno_rho", &filter.zenoRho, NumberRange(-1e6, 1e6))
        visitor.number("zeno_epsilon", &filter.zenoEpsilon, NumberRange(0, 1e12))
        visitor.integer("zeno_age_max", &filter.zenoAgeMaximum, IntegerRange(1, 1_000_000, "versions"))
    }

    /// What no single key shows: keys that are missing or contradict each other.
    func check(_ source: borrowing ConfigurationSource) throws(ConfigurationError) {
        try source.require(
            "gateway", "endpoint", filled: !endpoint.isEmpty,
            "say where to listen: tcp://*:5870, or tcp://127.0.0.1:5870 for this machine alone")
        if isInsecure {
            try source.refuseInsecure(endpoint)
        } else {
            try source.require(
                "keys", "key_file", filled: !keyFile.isEmpty,
                "name the gateway's key pair; \"lapwing keys new\" makes one")
            try source.require(
                "keys", "allowed_keys_file", filled: !allowedKeysFile.isEmpty,
                "name the list of agents: a public key, a space and a name a line")
        }
        try source.require(
            "policy", "observation_count", filled: specification.observationCount > 0,
            "say how many numbers an observation has")
        try source.require(
            "policy", "action_count", filled: specification.actionCount > 0,
            "say how many numbers, or choices, an action has")
        if specification.logStdMinimum > specification.logStdMaximum {
            try source.refuse("log_std_minimum is above log_std_maximum; exchange them", "policy")
        }
        if agentsMinimum > agentsMaximum {
            try source.refuse("agents_min is above agents_max; raise agents_max", "federation")
        }
        try source.refuse(robustConflict, "aggregation")
        try source.refuse(roundTimeoutConflict, "aggregation")
        try source.refuse(collectConflict, "aggregation")
        try source.refuse(consensusConflict, "aggregation")
        try source.refuse(criticConflict, "critic")
        if rule == .lapg, links.uplink.gate.rule != .none, links.uplink.skipAction == .nothing {
            try source.refuse("lapg sums the last gradient of every learner; set skip_action = reuse", "uplink")
        }
        try checkLocalWork(source)
        try source.refuse(links.uplink.conflict, "uplink")
        try source.refuse(network.conflict, "network")
    }

    private func checkLocalWork(_ source: borrowing ConfigurationSource) throws(ConfigurationError) {
        if rule.collects, localBatches > 1 {
            try source.refuse(
                "batches above 1 and a rule that collects contradict; let round_batches of [aggregation] say it",
                "local")
        }
        if rule.collects || localBatches > 1, links.uplink.gate.rule != .none {
            try source.refuse(
                "skip_rule compares single batches; take none, or another rule and batches = 1 of [local]",
                "uplink")
        }
        if rule == .fednpgADMM {
            if localBatches > 1 {
                try source.refuse("fednpg-admm agrees on one batch of every agent; set batches = 1", "local")
            }
            try source.refuse(links.uplink.consensusConflict, "uplink")
        }
        if localStepSize > 0, localBatches == 1 {
            try source.refuse("step_size needs batches above 1: one batch leaves nothing to step for", "local")
        }
    }
}
