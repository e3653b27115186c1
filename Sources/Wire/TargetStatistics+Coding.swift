import CWire

extension TargetStatistics {
    init(decoding message: Lapwing__V1__TargetStatistics) {
        self.init(count: message.count, mean: message.mean, squaredDeviations: message.squared_deviations)
    }

    func validate() throws(WireError) {
        try Validation.nonNegative(count, "critic_targets.count")
        try Validation.finite(mean, "critic_targets.mean")
        try Validation.nonNegative(squaredDeviations, "critic_targets.squared_deviations")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__TargetStatistics> {
        let message = scratch.make(lapwing__v1__target_statistics__init)
        message.pointee.count = count
        message.pointee.mean = mean
        message.pointee.squared_deviations = squaredDeviations
        return message
    }
}
