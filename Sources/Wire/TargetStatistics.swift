/// The values that a critic was trained towards since it was loaded: count, mean, sum of squared deviations.
///
/// **Units:** the environment's, as discounted returns.
public struct TargetStatistics: Equatable, Sendable, BitwiseCopyable {
    /// How far from 0 a mean of targets can be; a gateway refuses those beyond.
    public static let magnitudeMaximum = 1e30

    /// How many targets there were.
    public var count: Double
    /// Their mean.
    public var mean: Double
    /// The sum of squared deviations from it.
    public var squaredDeviations: Double

    public init(count: Double = 0, mean: Double = 0, squaredDeviations: Double = 0) {
        self.count = count
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }
}
