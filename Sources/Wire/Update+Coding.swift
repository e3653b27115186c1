import CWire

extension Update {
    init(decoding message: Lapwing__V1__Update) throws(WireError) {
        guard let report = message.report else { throw WireError(.missing, "update.report") }
        guard let gradient = message.gradient else { throw WireError(.missing, "update.gradient") }
        self.init(
            report: Report(decoding: report.pointee),
            gradient: try PackedVector(decoding: gradient.pointee, field: "update.gradient"))
        if let critic = message.critic {
            self.critic = try PackedVector(decoding: critic.pointee, field: "update.critic")
        }
        isInnovation = message.innovation != 0
        criticTargets = message.critic_targets.map { TargetStatistics(decoding: $0.pointee) }
    }

    func validate(_ limits: WireLimits) throws(WireError) {
        try report.validate()
        try Validation.vector(gradient, atMost: limits.parameterCountMaximum, "update.gradient")
        if let critic {
            try Validation.vector(critic, atMost: limits.criticCountMaximum, "update.critic")
        }
        if let criticTargets {
            try Validation.require(critic != nil, .contradiction, "update.critic_targets")
            try criticTargets.validate()
        }
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Update> {
        let message = scratch.make(lapwing__v1__update__init)
        message.pointee.report = report.encoded(in: scratch)
        message.pointee.gradient = gradient.encoded(in: scratch)
        message.pointee.critic = critic?.encoded(in: scratch)
        message.pointee.innovation = isInnovation ? 1 : 0
        message.pointee.critic_targets = criticTargets?.encoded(in: scratch)
        return message
    }
}

extension Skip {
    init(decoding message: Lapwing__V1__Skip) throws(WireError) {
        guard let report = message.report else { throw WireError(.missing, "skip.report") }
        self.init(report: Report(decoding: report.pointee))
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Skip> {
        let message = scratch.make(lapwing__v1__skip__init)
        message.pointee.report = report.encoded(in: scratch)
        return message
    }
}
