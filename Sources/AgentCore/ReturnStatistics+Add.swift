import Wire

extension ReturnStatistics {
    /// Adds one finished episode.
    ///
    /// **Source:** Welford's recurrence for the mean and the sum of squared deviations.
    mutating func add(episodeReturn: Double, steps: Int) {
        episodes += 1
        let difference = episodeReturn - mean
        mean += difference / Double(episodes)
        squaredDeviations += difference * (episodeReturn - mean)
        meanSteps += (Double(steps) - meanSteps) / Double(episodes)
        // A sum of finite rewards may pass what a float holds; the wire carries no infinity.
        let single = Float(min(max(episodeReturn, -Self.largest), Self.largest))
        minimum = episodes == 1 ? single : min(minimum, single)
        maximum = episodes == 1 ? single : max(maximum, single)
    }

    private static var largest: Double { Double(Float.greatestFiniteMagnitude) }
}
