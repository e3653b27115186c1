import Bounded
import GradientCodec
import PolicyMath

extension AgentConfiguration: ProfileTaking {
    var links: LinkSettings {
        get {
            var links = LinkSettings()
            links.uplink = uplink
            return links
        }
        set { uplink = newValue.uplink }
    }

    mutating func visit(_ visitor: SchemaVisitor) {
        visitor.begin(section: "agent")
        visitor.text("name", &name, .plain)
        visitor.text("state_directory", &stateDirectory, .path)
        visitor.integer("seed", &seed, IntegerRange(0, Int.max, ""))
        visitor.integer("memory_limit_bytes", &memoryLimitBytes, IntegerRange(65_536, 1 << 36, "bytes"))
        visitor.integer("status_interval_s", &statusIntervalSeconds, IntegerRange(1, 86_400, "seconds"))
        visitor.begin(section: "gateway")
        visitor.text("endpoint", &gatewayEndpoint, .endpoint)
        visitor.text("public_key_file", &gatewayPublicKeyFile, .path)
        visitor.flag("insecure", &isInsecure)
        visitor.integer("handshake_tries_max", &handshakeTriesMaximum, IntegerRange(0, 1_000_000, "tries"))
        visitor.begin(section: "keys")
        visitor.text("key_file", &keyFile, .path)
        visitor.begin(section: "environment")
        visitor.text("name", &environmentName, .plain)
        visitor.text("plugin", &environmentPlugin, .pathOrName)
        visitor.text("options", &environmentOptions, .plain)
        visitor.begin(section: "policy")
        visitor.widths("hidden", &hiddenWidths)
        visitor.flag("observation_normalisation", &normalisesObservations)
        visitor.begin(section: "sampling")
        visitor.integer("batch_steps", &batchSteps, IntegerRange(1, 10_000_000, "environment steps"))
        visitor.choice("episodes", &episodes)
        visitor.integer("slice_ms", &sliceMilliseconds, IntegerRange(1, 1_000, "milliseconds"))
        visitor.flag("action_clip", &clipsActions)
        visitLearning(visitor)
        uplink.visit(visitor)
        var source: UplinkSource = usesOwnUplink ? .own : .federation
        visitor.choice("settings", &source)
        usesOwnUplink = source == .own
        visitor.flag("gate_shadow", &shadowsGate)
        visitor.integer("resend_interval_ms", &resendIntervalMilliseconds, IntegerRange(50, 600_000, "milliseconds"))
        network.visit(visitor)
    }

    private mutating func visitLearning(_ visitor: SchemaVisitor) {
        visitor.begin(section: "learning")
        visitor.choice("estimator", &estimator.estimator)
        visitor.number("discount", &estimator.discount, NumberRange(above: 0, 1))
        visitor.number("lambda", &estimator.lambda, NumberRange(0, 1))
        visitor.flag("absolute_discount", &estimator.absoluteDiscount)
        visitor.choice("baseline", &estimator.baseline)
        visitor.number("ridge", &estimator.ridge, NumberRange(above: 0, 1_000))
        visitor.flag("normalise_advantages", &estimator.normalisesAdvantages)
        visitor.number("entropy_coefficient", &estimator.entropyCoefficient, NumberRange(0, 100))
        visitor.integer("truncations_max", &estimator.truncationsMaximum, IntegerRange(1, 1_000_000, "episodes"))
        visitor.choice("direction", &estimator.direction)
        visitor.integer("natural_iterations", &estimator.natural.iterations, IntegerRange(1, 1_000, "iterations"))
        visitor.number("natural_damping", &estimator.natural.damping, NumberRange(above: 0, 1_000))
        visitor.integer("natural_sample_stride", &estimator.natural.sampleStride, IntegerRange(1, 1_000, "samples"))
        visitor.flag("natural_unit_norm", &estimator.natural.scalesToUnitNorm)
        visitor.widths("critic_hidden", &estimator.critic.hiddenWidths)
        visitor.number("critic_learning_rate", &estimator.critic.learningRate, NumberRange(above: 0, 10))
        visitor.integer("critic_epochs", &estimator.critic.epochs, IntegerRange(1, 1_000, "passes"))
        visitor.integer("critic_minibatch", &estimator.critic.minibatch, IntegerRange(1, 1_000_000, "samples"))
        visitor.flag("critic_shared", &estimator.critic.isShared)
    }

    /// What no single key shows: keys that are missing or contradict each other.
    func check(_ source: borrowing ConfigurationSource) throws(ConfigurationError) {
        try source.require("agent", "name", filled: !name.isEmpty, "give the agent a name")
        try source.require(
            "gateway", "endpoint", filled: !gatewayEndpoint.isEmpty, "say where the gateway listens: tcp://host:port")
        try source.require(
            "environment", "name", filled: !environmentName.isEmpty, "name the environment, for example swimmer")
        if let endpoint = Endpoint(gatewayEndpoint), endpoint.isEveryAddress || endpoint.hasFreePort {
            try source.refuse("endpoint names no one address and port; an agent needs both", "gateway")
        }
        if isInsecure {
            try source.refuseInsecure(gatewayEndpoint)
        } else {
            try source.require(
                "keys", "key_file", filled: !keyFile.isEmpty,
                "name the agent's key pair; \"lapwing-agent keys new\" makes one")
            try source.require(
                "gateway", "public_key_file", filled: !gatewayPublicKeyFile.isEmpty,
                "name the file with the gateway's public key")
        }
        try source.refuse(estimator.conflict, "learning")
        try source.refuse(uplink.conflict, "uplink")
        if uplink.gate.rule == .lasgWK2, estimator.estimator == .streaming {
            try source.refuse(
                Conflict(
                    "skip_rule", "lasg-wk2 needs the samples of a batch; set [learning] estimator = reward-to-go or gae"
                ), "uplink")
        }
        if estimator.direction == .consensus, uplink.gate.rule != .none || shadowsGate {
            try source.refuse(
                Conflict("skip_rule", "what agents agree on passes no gate; set skip_rule = none, gate_shadow = false"),
                "uplink")
        }
        if estimator.direction == .consensus, usesOwnUplink {
            try source.refuse(uplink.consensusConflict, "uplink")
        }
        try source.refuse(network.conflict, "network")
    }
}
