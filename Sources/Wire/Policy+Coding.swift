import Bounded
import CWire
import GradientCodec

extension Policy {
    init(decoding message: Lapwing__V1__Policy) throws(WireError) {
        self.init(version: PolicyVersion(message.version))
        if let parameters = message.parameters {
            self.parameters = try PackedVector(decoding: parameters.pointee, field: "policy.parameters")
        }
        base = message.has_base != 0 ? PolicyVersion(message.base_version) : nil
        answer = try Self.answer(decoding: message)
        gateReference = message.gate_reference
        normaliser = try Self.normaliser(decoding: message)
        isRollback = message.rollback != 0
        if let part = message.consensus {
            consensus = try PackedVector(decoding: part.pointee, field: "policy.consensus")
        }
        refines = message.refines != 0
        if let critic = message.critic {
            self.critic = Critic(
                parameters: try PackedVector(decoding: critic.pointee, field: "policy.critic"),
                targetMean: message.critic_target_mean, targetScale: message.critic_target_scale)
        }
    }

    private static func answer(decoding message: Lapwing__V1__Policy) throws(WireError) -> Answer? {
        guard message.answers_sequence > 0 else {
            try Validation.require(message.outcome.rawValue == 0, .contradiction, "policy.outcome")
            return nil
        }
        guard let outcome = Outcome(rawValue: message.outcome.rawValue) else {
            throw WireError(.unknownValue, "policy.outcome")
        }
        return Answer(
            to: UpdateIdentity(
                epoch: BootEpoch(message.answers_epoch), sequence: UpdateSequence(message.answers_sequence)),
            outcome: outcome)
    }

    private static func normaliser(decoding message: Lapwing__V1__Policy) throws(WireError) -> Normaliser? {
        if message.normaliser_mean == nil && message.normaliser_scale == nil { return nil }
        guard let mean = message.normaliser_mean else { throw WireError(.missing, "policy.normaliser_mean") }
        guard let scale = message.normaliser_scale else { throw WireError(.missing, "policy.normaliser_scale") }
        return Normaliser(
            mean: try PackedVector(decoding: mean.pointee, field: "policy.normaliser_mean"),
            scale: try PackedVector(decoding: scale.pointee, field: "policy.normaliser_scale"),
            count: message.normaliser_count)
    }

    func validate(_ limits: WireLimits) throws(WireError) {
        if let parameters {
            try Validation.vector(parameters, atMost: limits.parameterCountMaximum, "policy.parameters")
        }
        try Validation.require(base == nil || parameters != nil, .contradiction, "policy.base_version")
        if let consensus {
            try Validation.vector(consensus, atMost: limits.parameterCountMaximum, "policy.consensus")
        }
        let isComplete = parameters != nil || (consensus == nil && !refines)
        try Validation.require(isComplete, .contradiction, "policy.consensus")
        if let answer {
            try Validation.require(answer.identity.epoch.number >= 1, .outOfRange, "policy.answers_epoch")
            try Validation.require(answer.identity.sequence.number >= 1, .outOfRange, "policy.answers_sequence")
        }
        try Validation.nonNegative(gateReference, "policy.gate_reference")
        if let normaliser {
            let most = min(limits.parameterCountMaximum, WireLimits.observationCountMaximum)
            try Validation.vector(normaliser.mean, atMost: most, "policy.normaliser_mean")
            try Validation.vector(normaliser.scale, atMost: most, "policy.normaliser_scale")
            try Validation.require(
                normaliser.mean.count == normaliser.scale.count, .contradiction, "policy.normaliser_scale")
            try Validation.nonNegative(normaliser.count, "policy.normaliser_count")
        }
        if let critic {
            try Validation.vector(critic.parameters, atMost: limits.criticCountMaximum, "policy.critic")
            try Validation.require(critic.parameters.codec.isDense, .outOfRange, "policy.critic")
            try Validation.require(parameters != nil, .contradiction, "policy.critic")
            try Validation.finite(critic.targetMean, "policy.critic_target_mean")
            try Validation.nonNegative(critic.targetScale, "policy.critic_target_scale")
        }
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Policy> {
        let message = scratch.make(lapwing__v1__policy__init)
        message.pointee.version = version.number
        message.pointee.parameters = parameters?.encoded(in: scratch)
        if let base {
            message.pointee.has_base = 1
            message.pointee.base_version = base.number
        }
        if let answer {
            message.pointee.answers_epoch = answer.identity.epoch.number
            message.pointee.answers_sequence = answer.identity.sequence.number
            message.pointee.outcome = Lapwing__V1__Outcome(answer.outcome.rawValue)
        }
        message.pointee.gate_reference = gateReference
        if let normaliser {
            message.pointee.normaliser_mean = normaliser.mean.encoded(in: scratch)
            message.pointee.normaliser_scale = normaliser.scale.encoded(in: scratch)
            message.pointee.normaliser_count = normaliser.count
        }
        message.pointee.rollback = isRollback ? 1 : 0
        message.pointee.consensus = consensus?.encoded(in: scratch)
        message.pointee.refines = refines ? 1 : 0
        if let critic {
            message.pointee.critic = critic.parameters.encoded(in: scratch)
            message.pointee.critic_target_mean = critic.targetMean
            message.pointee.critic_target_scale = critic.targetScale
        }
        return message
    }
}
