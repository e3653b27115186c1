import CWire

extension ReturnStatistics {
    init(decoding message: Lapwing__V1__ReturnStatistics) {
        self.init()
        episodes = message.episodes
        mean = message.mean
        squaredDeviations = message.squared_deviations
        minimum = message.minimum
        maximum = message.maximum
        meanSteps = message.mean_steps
    }

    func validate() throws(WireError) {
        try Validation.finite(mean, "returns.mean")
        try Validation.nonNegative(squaredDeviations, "returns.squared_deviations")
        try Validation.finite(minimum, "returns.minimum")
        try Validation.finite(maximum, "returns.maximum")
        try Validation.require(minimum <= maximum, .contradiction, "returns.minimum")
        try Validation.nonNegative(meanSteps, "returns.mean_steps")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__ReturnStatistics> {
        let message = scratch.make(lapwing__v1__return_statistics__init)
        message.pointee.episodes = episodes
        message.pointee.mean = mean
        message.pointee.squared_deviations = squaredDeviations
        message.pointee.minimum = minimum
        message.pointee.maximum = maximum
        message.pointee.mean_steps = meanSteps
        return message
    }
}
