import Bounded
import Foundation

/// The median of a few numbers, with a 95 % interval for it.
public struct SampleStatistics: Encodable, Equatable, Sendable {
    /// The median.
    public let median: Double
    /// The interval's lower end.
    public let low: Double
    /// Its upper end.
    public let high: Double

    /// How many resamples the interval is read from.
    static let resamples = 10_000

    init(median: Double, low: Double, high: Double) {
        self.median = median
        self.low = low
        self.high = high
    }

    /// The median and its bootstrap interval (percentiles, a fixed seed); nil without numbers.
    ///
    /// With five numbers or fewer the interval reaches from the smallest to the largest.
    /// **Source:** Efron, "Bootstrap methods: another look at the jackknife" (1979), percentile method.
    public init?(_ values: [Double]) {
        guard let median = Self.median(values) else { return nil }
        var generator = RandomGenerator(seed: 1)
        let interval = Self.interval { Self.median(Self.resample(values, &generator)) ?? median }
        self.init(median: median, low: interval.low, high: interval.high)
    }

    /// The difference of two medians, `values` less `reference`, with its bootstrap interval; nil when either is empty.
    public static func difference(_ values: [Double], from reference: [Double]) -> SampleStatistics? {
        guard let own = median(values), let other = median(reference) else { return nil }
        var generator = RandomGenerator(seed: 1)
        let interval = interval {
            (median(resample(values, &generator)) ?? own) - (median(resample(reference, &generator)) ?? other)
        }
        return SampleStatistics(median: own - other, low: interval.low, high: interval.high)
    }

    /// How many times smaller the median of `values` is than that of `reference`, with its bootstrap interval; nil when
    /// either is empty, neither has a finite median, or one of the numbers is 0: what costs nothing has no ratio.
    ///
    /// Infinity stands for what was never reached: a ratio is infinite when only the reference never got there, and 0
    /// when only the values did not. A resample in which neither got there counts for neither: its ratio is 1.
    static func ratio(of reference: [Double], to values: [Double]) -> SampleStatistics? {
        guard let own = median(values), let other = median(reference), !(other / own).isNaN,
            !values.contains(0), !reference.contains(0)
        else { return nil }
        var generator = RandomGenerator(seed: 1)
        let interval = interval {
            let above = median(resample(reference, &generator)) ?? other
            let drawn = above / (median(resample(values, &generator)) ?? own)
            return drawn.isNaN ? 1 : drawn
        }
        return SampleStatistics(median: other / own, low: interval.low, high: interval.high)
    }

    /// The middle number, or the mean of the two in the middle; nil without numbers.
    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private static func resample(_ values: [Double], _ generator: inout RandomGenerator) -> [Double] {
        values.map { _ in values[generator.below(values.count)] }
    }

    private static func interval(_ draw: () -> Double) -> (low: Double, high: Double) {
        let drawn = (0..<resamples).map { _ in draw() }.sorted()
        return (drawn[resamples / 40], drawn[resamples - 1 - resamples / 40])
    }
}
