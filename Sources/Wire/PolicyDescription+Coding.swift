import CWire

extension HiddenWidths {
    init(decoding widths: UnsafeMutablePointer<UInt32>?, count: Int, field: StaticString) throws(WireError) {
        self.init()
        try Validation.require(count <= WireLimits.hiddenLayersMaximum, .outOfRange, field)
        guard let widths, count > 0 else { return }
        for index in 0..<count where !append(Int(clamping: widths[index])) { throw WireError(.outOfRange, field) }
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<UInt32>? {
        guard count > 0 else { return nil }
        let widths = scratch.integers(count)
        for index in 0..<count { widths[index] = UInt32(self[index]) }
        return widths
    }

    func validate(_ field: StaticString) throws(WireError) {
        for layer in 0..<count {
            try Validation.require(
                self[layer] >= 1 && self[layer] <= WireLimits.hiddenWidthMaximum, .outOfRange, field)
        }
    }
}

extension PolicyShape {
    /// Checks every field against the protocol's limits.
    ///
    /// The parameter count is not held against `WireLimits`: a peer of another shape is to be told which, not to be
    /// called malformed.
    func validate() throws(WireError) {
        try Validation.require(
            observationCount >= 1 && observationCount <= WireLimits.observationCountMaximum, .outOfRange,
            "observation_count")
        try Validation.require(
            actionCount >= 1 && actionCount <= WireLimits.actionCountMaximum, .outOfRange, "action_count")
        try hiddenWidths.validate("hidden_widths")
    }
}

extension PolicyDescription {
    init(decoding message: Lapwing__V1__PolicySpecification) throws(WireError) {
        guard let distribution = PolicyDistribution(rawValue: message.distribution.rawValue) else {
            throw WireError(.unknownValue, "specification.distribution")
        }
        self.init(
            shape: PolicyShape(
                distribution: distribution, observationCount: Int(clamping: message.observation_count),
                actionCount: Int(clamping: message.action_count),
                hiddenWidths: try HiddenWidths(
                    decoding: message.hidden_widths, count: message.n_hidden_widths, field: "hidden_widths")),
            logStdMinimum: message.log_std_minimum, logStdMaximum: message.log_std_maximum,
            normalisesObservations: message.observation_normalisation != 0)
    }

    func validate() throws(WireError) {
        try shape.validate()
        try Validation.finite(logStdMinimum, "specification.log_std_minimum")
        try Validation.finite(logStdMaximum, "specification.log_std_maximum")
        let bound = WireLimits.logStdMagnitudeMaximum
        try Validation.require(
            logStdMinimum >= -bound && logStdMinimum <= bound, .outOfRange, "specification.log_std_minimum")
        try Validation.require(
            logStdMaximum >= -bound && logStdMaximum <= bound, .outOfRange, "specification.log_std_maximum")
        try Validation.require(logStdMinimum <= logStdMaximum, .contradiction, "specification.log_std_minimum")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__PolicySpecification> {
        let message = scratch.make(lapwing__v1__policy_specification__init)
        message.pointee.distribution = Lapwing__V1__Distribution(shape.distribution.rawValue)
        message.pointee.observation_count = UInt32(shape.observationCount)
        message.pointee.action_count = UInt32(shape.actionCount)
        message.pointee.n_hidden_widths = shape.hiddenWidths.count
        message.pointee.hidden_widths = shape.hiddenWidths.encoded(in: scratch)
        message.pointee.log_std_minimum = logStdMinimum
        message.pointee.log_std_maximum = logStdMaximum
        message.pointee.observation_normalisation = normalisesObservations ? 1 : 0
        return message
    }
}
