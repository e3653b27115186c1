import CWire

extension ObservationStatistics {
    init(decoding message: Lapwing__V1__ObservationStatistics) {
        self.init(
            count: message.count, mean: UnsafeRawBufferPointer(decoding: message.mean),
            squaredDeviations: UnsafeRawBufferPointer(decoding: message.squared_deviations))
    }

    func validate() throws(WireError) {
        try Validation.nonNegative(count, "observations.count")
        try Validation.require(count <= Self.countMaximum, .outOfRange, "observations.count")
        try Validation.require(
            !mean.isEmpty && mean.count % 4 == 0 && mean.count <= 4 * WireLimits.observationCountMaximum,
            .wrongByteCount, "observations.mean")
        try Validation.require(
            squaredDeviations.count == mean.count, .wrongByteCount, "observations.squared_deviations")
        for index in 0..<elementCount {
            try Validation.finite(mean(at: index), "observations.mean")
            try Validation.nonNegative(squaredDeviations(at: index), "observations.squared_deviations")
        }
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__ObservationStatistics> {
        let message = scratch.make(lapwing__v1__observation_statistics__init)
        message.pointee.count = count
        message.pointee.mean = ProtobufCBinaryData(mean)
        message.pointee.squared_deviations = ProtobufCBinaryData(squaredDeviations)
        return message
    }
}
