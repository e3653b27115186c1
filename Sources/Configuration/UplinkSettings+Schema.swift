import GradientCodec

extension UplinkSettings {
    /// The keys of `[uplink]` that `agent.conf`, `gateway.conf` and profiles share.
    mutating func visit(_ visitor: SchemaVisitor) {
        visitor.begin(section: "uplink")
        visitor.choice("codec", &codec.codec)
        visitor.integer("bits", &codec.bits, IntegerRange(1, 8, "bits"))
        visitor.integer("bucket_size", &codec.bucketSize, IntegerRange(0, 65_535, "elements"))
        visitor.number("kept_fraction", &codec.keptFraction, NumberRange(above: 0, 1))
        visitor.integer("rank", &codec.rank, IntegerRange(1, 64, "columns"))
        visitor.flag("entropy_coding", &codec.usesEntropyCoding)
        visitor.choice("feedback", &feedback)
        visitor.number("node_momentum", &nodeMomentum, NumberRange(above: 0, 1))
        visitor.choice("mirror", &mirror)
        visitor.choice("skip_rule", &gate.rule)
        visitor.number("skip_noise_factor", &gate.noiseFactor, NumberRange(0, 1_000))
        visitor.number("skip_relative_threshold", &gate.relativeThreshold, NumberRange(0, 1_000))
        visitor.integer("skip_rounds_max", &gate.skipRoundsMaximum, IntegerRange(0, 1_000_000, "skips"))
        visitor.integer("skip_chunks", &gate.chunks, IntegerRange(2, 64, "parts"))
        visitor.number("skip_importance_limit", &gate.importanceLimit, NumberRange(1, 1_000))
        visitor.choice("skip_action", &skipAction)
    }

    /// Keys that contradict each other, and what to do about it.
    var conflict: Conflict? {
        if gate.rule != .none, mirror == .none {
            return Conflict("skip_rule", "a gate compares with what was sent last; set mirror = float32 or float16")
        }
        if feedback == .innovation, mirror == .none {
            return Conflict("feedback", "innovations are added to what was sent last; set mirror = float32 or float16")
        }
        if feedback == .innovation, codec.isNoisierThanItsVector {
            return Conflict(
                "feedback",
                "the noise of so few levels grows in the mirror; take more bits, another codec or no feedback")
        }
        if nodeMomentum < 1, feedback != .innovation {
            return Conflict("node_momentum", "only innovations follow a momentum; set feedback = innovation, or 1")
        }
        if feedback == .error, codec.codec.isUnbiased {
            return Conflict("feedback", "error feedback spoils an unbiased codec, whose noise averages out; set none")
        }
        if feedback == .none, codec.codec == .lowRank {
            return Conflict("codec", "low-rank loses most of every gradient; set feedback = error or innovation")
        }
        return nil
    }
}

extension UplinkSettings {
    /// What a federation that agrees on a vector cannot do with the vectors of its agents, and what to do about it.
    ///
    /// Their mean and λ rest on each other, so what a codec adds has to average out, and nothing may stay behind.
    var consensusConflict: Conflict? {
        if gate.rule != .none {
            return Conflict("skip_rule", "agents that agree on a vector send it in every round; set none")
        }
        if mirror != .none || feedback != .none {
            let key: StaticString = feedback != .none ? "feedback" : "mirror"
            return Conflict(key, "agents that agree on a vector send it whole; set feedback = none, mirror = none")
        }
        if !codec.codec.isUnbiased, codec.codec != .denseFloat32, codec.codec != .denseFloat16 {
            return Conflict(
                "codec", "agreement needs a codec without bias: dense-float32, dense-float16, uniform, qsgd, natural")
        }
        return nil
    }
}

/// A key that contradicts others, and what to do about it.
struct Conflict {
    let key: StaticString
    let text: StaticString

    init(_ key: StaticString, _ text: StaticString) {
        self.key = key
        self.text = text
    }
}

extension CodecSettings {
    /// Whether packing adds noise as long as the vector, or longer (ω ≥ 1), which a mirror does not forget.
    fileprivate var isNoisierThanItsVector: Bool {
        codec == .ternary || ((codec == .uniform || codec == .qsgd) && bits <= 2)
    }
}

extension VectorCodec {
    /// Whether it is right on average, and noisy.
    fileprivate var isUnbiased: Bool { self == .uniform || self == .qsgd || self == .ternary || self == .natural }
}
