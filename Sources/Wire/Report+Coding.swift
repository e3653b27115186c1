import Bounded
import CWire

extension Report {
    init(decoding message: Lapwing__V1__Report) {
        self.init()
        identity = UpdateIdentity(
            epoch: BootEpoch(message.boot_epoch), sequence: UpdateSequence(message.sequence))
        baseVersion = PolicyVersion(message.base_version)
        trajectories = message.trajectories
        steps = message.steps
        batches = max(message.batches, 1)
        if let part = message.returns { returns = ReturnStatistics(decoding: part.pointee) }
        mirrorChecksum = message.mirror_checksum
        gateValue = message.gate_value
        gateThreshold = message.gate_threshold
        computeSeconds = message.compute_seconds
        freeMemoryBytes = message.free_memory_bytes
        if let part = message.observations { observations = ObservationStatistics(decoding: part.pointee) }
        gradientNorm = message.gradient_norm
        entropy = message.entropy
        curvature = message.curvature
    }

    func validate() throws(WireError) {
        try Validation.require(identity.epoch.number >= 1, .outOfRange, "report.boot_epoch")
        try Validation.require(identity.sequence.number >= 1, .outOfRange, "report.sequence")
        // Neither: a batch is used once more, for another round of agreement.
        try Validation.require(trajectories >= 1 || steps == 0, .outOfRange, "report.trajectories")
        try Validation.require(steps >= 1 || trajectories == 0, .outOfRange, "report.steps")
        try Validation.batches(batches, "report.batches")
        try returns.validate()
        try Validation.nonNegative(gateValue, "report.gate_value")
        try Validation.nonNegative(gateThreshold, "report.gate_threshold")
        try Validation.nonNegative(computeSeconds, "report.compute_seconds")
        try observations?.validate()
        try Validation.nonNegative(gradientNorm, "report.gradient_norm")
        try Validation.finite(entropy, "report.entropy")
        try Validation.nonNegative(curvature, "report.curvature")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Report> {
        let message = scratch.make(lapwing__v1__report__init)
        message.pointee.boot_epoch = identity.epoch.number
        message.pointee.sequence = identity.sequence.number
        message.pointee.base_version = baseVersion.number
        message.pointee.trajectories = trajectories
        message.pointee.steps = steps
        message.pointee.batches = batches == 1 ? 0 : batches
        if returns.episodes > 0 { message.pointee.returns = returns.encoded(in: scratch) }
        message.pointee.mirror_checksum = mirrorChecksum
        message.pointee.gate_value = gateValue
        message.pointee.gate_threshold = gateThreshold
        message.pointee.compute_seconds = computeSeconds
        message.pointee.free_memory_bytes = freeMemoryBytes
        message.pointee.observations = observations?.encoded(in: scratch)
        message.pointee.gradient_norm = gradientNorm
        message.pointee.entropy = entropy
        message.pointee.curvature = curvature
        return message
    }
}
