import Bounded

/// Count, mean and sum of squared deviations of each element of the observations, in double precision.
///
/// **Memory:** two doubles an element, from the arena.
/// **Source:** Welford 1962 for one observation; Chan, Golub and LeVeque 1979 for the merge.
public struct ObservationStatisticsAccumulator: ~Copyable {
    /// How many observations have been added.
    public private(set) var count: Double = 0
    /// The mean of each element.
    public let mean: UnsafeMutableBufferPointer<Double>
    /// The sum of squared deviations from the mean, each element (M2).
    public let squaredDeviations: UnsafeMutableBufferPointer<Double>

    /// Reserves room for observations of `observationCount` numbers.
    ///
    /// **Throws:** `Arena.Refusal`; a retry does not help.
    public init(observationCount: Int, arena: inout Arena) throws(Arena.Refusal) {
        let mean = try arena.reserve(Double.self, count: observationCount, holder: "observation statistics")
        let deviations = try arena.reserve(Double.self, count: observationCount, holder: "observation statistics")
        self.mean = mean
        squaredDeviations = deviations
    }

    /// Forgets everything.
    public mutating func reset() {
        count = 0
        mean.update(repeating: 0)
        squaredDeviations.update(repeating: 0)
    }

    /// Replaces the contents, as when a store is read back.
    public mutating func restore(
        count: Double, mean: UnsafeBufferPointer<Double>, squaredDeviations: UnsafeBufferPointer<Double>
    ) {
        precondition(
            mean.count == self.mean.count && squaredDeviations.count == mean.count, "statistics of another shape")
        self.count = count
        for index in 0..<mean.count {
            self.mean[index] = mean[index]
            self.squaredDeviations[index] = squaredDeviations[index]
        }
    }

    /// Adds one raw observation.
    public mutating func add(_ observation: UnsafeBufferPointer<Double>) {
        precondition(observation.count == mean.count, "an observation of another shape")
        count += 1
        let share = 1 / count
        for index in 0..<mean.count {
            let difference = observation[index] - mean[index]
            mean[index] += difference * share
            squaredDeviations[index] += difference * (observation[index] - mean[index])
        }
    }

    /// Adds what another accumulator has seen.
    public mutating func merge(_ other: borrowing ObservationStatisticsAccumulator) {
        merge(
            count: other.count, mean: UnsafeBufferPointer(other.mean),
            squaredDeviations: UnsafeBufferPointer(other.squaredDeviations))
    }

    /// Adds statistics that were computed elsewhere.
    public mutating func merge(
        count otherCount: Double, mean otherMean: UnsafeBufferPointer<Double>,
        squaredDeviations otherDeviations: UnsafeBufferPointer<Double>
    ) {
        precondition(
            otherMean.count == mean.count && otherDeviations.count == mean.count, "statistics of another shape")
        guard otherCount > 0 else { return }
        let total = count + otherCount
        let share = otherCount / total
        for index in 0..<mean.count {
            let difference = otherMean[index] - mean[index]
            mean[index] += difference * share
            squaredDeviations[index] += otherDeviations[index] + difference * difference * count * share
        }
        count = total
    }

    /// Keeps mean and variance and reckons them as those of `limit` observations, if there are more.
    public mutating func weigh(atMost limit: Double) {
        guard count > limit else { return }
        let share = limit / count
        for index in 0..<mean.count { squaredDeviations[index] *= share }
        count = limit
    }

    /// The mean and the reciprocal standard deviation of each element, as `ObservationNormaliser` wants them.
    ///
    /// **Limit:** an element that has not varied (or fewer than two observations) gets scale 1.
    public func write(mean meanOut: Vector, scale: Vector) {
        precondition(meanOut.count == mean.count && scale.count == mean.count, "a normaliser of another shape")
        for index in 0..<mean.count {
            let variance = count > 1 ? squaredDeviations[index] / count : 0
            meanOut[index] = Float(mean[index])
            scale[index] = variance > 1e-8 ? Float(1 / variance.squareRoot()) : 1
        }
    }
}
