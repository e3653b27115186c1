import Bounded

/// The observation statistics of a whole federation: count, mean and squared deviations, merged in double precision.
///
/// **Memory:** two runs of `observationCount` doubles.
/// **Source:** Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", the pairwise update.
public struct ObservationMerge: ~Copyable {
    /// Added to a variance before its root is taken, so that a constant observation does not blow up.
    public static let varianceFloor = 1e-8

    /// The most observations that one report can speak for.
    public static let batchCountMaximum = 1e9

    /// How many observations have been merged.
    public private(set) var count = 0.0
    /// The mean of each element.
    public let mean: UnsafeMutableBufferPointer<Double>
    /// The sum of squared deviations from the mean, of each element.
    public let squaredDeviations: UnsafeMutableBufferPointer<Double>

    /// Reserves statistics of `observationCount` elements, with nothing merged.
    public init(observationCount: Int, arena: inout Arena) throws(Arena.Refusal) {
        let mean = try arena.reserve(Double.self, count: observationCount, holder: "observation statistics")
        let squaredDeviations = try arena.reserve(
            Double.self, count: observationCount, holder: "observation statistics")
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }

    /// Whether statistics from outside can be merged at all: finite, not negative, of the right size.
    public func accepts(count batchCount: Double, mean batchMean: Vector, squaredDeviations batch: Vector) -> Bool {
        guard batchCount >= 0, batchCount <= Self.batchCountMaximum,
            batchMean.count == mean.count, batch.count == mean.count, batchMean.isFinite, batch.isFinite
        else { return false }
        for index in 0..<batch.count where batch[index] < 0 { return false }
        return true
    }

    /// Merges what one agent has seen since its last update.
    public mutating func merge(count batchCount: Double, mean batchMean: Vector, squaredDeviations batch: Vector) {
        precondition(
            accepts(count: batchCount, mean: batchMean, squaredDeviations: batch), "statistics that were not checked")
        guard batchCount > 0 else { return }
        let sum = count + batchCount
        let share = batchCount / sum
        for index in 0..<mean.count {
            let difference = Double(batchMean[index]) - mean[index]
            mean[index] += difference * share
            squaredDeviations[index] += Double(batch[index]) + difference * difference * (count * share)
        }
        count = sum
    }

    /// Writes what agents normalise with: an observation is (o − mean) · scale.
    ///
    /// Below two observations the scale is 1: nothing is known about the spread.
    public func write(mean meanOut: Vector, scale: Vector) {
        for index in 0..<mean.count {
            meanOut[index] = Float(mean[index])
            let variance = squaredDeviations[index] / max(count, 1)
            scale[index] = count >= 2 ? Float(1 / (variance + Self.varianceFloor).squareRoot()) : 1
        }
    }

    /// Continues from a snapshot; false, and nothing changed, when it does not fit or is not finite.
    public mutating func restore(
        count storedCount: Double, mean storedMean: UnsafeBufferPointer<Double>,
        squaredDeviations stored: UnsafeBufferPointer<Double>
    ) -> Bool {
        guard storedCount.isFinite, storedCount >= 0, storedMean.count == mean.count, stored.count == mean.count
        else { return false }
        for index in 0..<mean.count {
            guard storedMean[index].isFinite, stored[index].isFinite, stored[index] >= 0 else { return false }
        }
        count = storedCount
        for index in 0..<mean.count {
            mean[index] = storedMean[index]
            squaredDeviations[index] = stored[index]
        }
        return true
    }
}
