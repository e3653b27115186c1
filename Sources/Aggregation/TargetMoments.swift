/// Count, mean and sum of squared deviations of the targets that a critic was trained towards.
///
/// **Source:** Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", the pairwise update.
public struct TargetMoments: Equatable, Sendable, BitwiseCopyable {
    /// How many targets there are.
    public var count = 0.0
    /// Their mean.
    public var mean = 0.0
    /// The sum of squared deviations from it.
    public var squaredDeviations = 0.0

    public init(count: Double = 0, mean: Double = 0, squaredDeviations: Double = 0) {
        self.count = count
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }

    /// Whether they can be merged: numbers, and such that no sum of them overflows.
    var isSound: Bool {
        let limit = CriticMerge.targetMagnitudeMaximum
        return count >= 0 && count <= CriticMerge.targetCountMaximum && abs(mean) <= limit
            && squaredDeviations >= 0 && squaredDeviations <= limit * limit * max(count, 1)
    }

    /// What a critic's output is multiplied with; 0 until there are two targets.
    public var scale: Double {
        count >= 2 ? max((squaredDeviations / count).squareRoot(), 1e-6) : 0
    }

    /// Adds the targets of another training.
    mutating func merge(_ other: TargetMoments) {
        guard other.count > 0 else { return }
        let sum = count + other.count
        let share = other.count / sum
        let difference = other.mean - mean
        squaredDeviations += other.squaredDeviations + difference * difference * (count * share)
        mean += difference * share
        count = sum
    }
}
