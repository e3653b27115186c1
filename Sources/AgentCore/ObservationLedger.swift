import Bounded
import PolicyMath
import Wire

/// The observations that the gateway has not yet been told of, or has not yet acknowledged.
///
/// What was sent stays here until its report is acknowledged; a refused report's observations go with the next one.
/// Beyond what one report may speak for, all weigh less.
/// **Memory:** four doubles and two floats an element when observations are normalised, next to nothing otherwise.
struct ObservationLedger: ~Copyable {
    /// Since the last report was made.
    private var fresh: ObservationStatisticsAccumulator
    /// In the last report, and not acknowledged.
    private var reported: ObservationStatisticsAccumulator
    private let packedMean: UnsafeMutableBufferPointer<Float>
    private let packedDeviations: UnsafeMutableBufferPointer<Float>
    private let isEnabled: Bool

    init(specification: PolicySpecification, arena: inout Arena) throws(Arena.Refusal) {
        let isEnabled = specification.normalisesObservations
        let count = isEnabled ? specification.observationCount : 0
        let fresh = try ObservationStatisticsAccumulator(observationCount: count, arena: &arena)
        let reported = try ObservationStatisticsAccumulator(observationCount: count, arena: &arena)
        let packedMean = try arena.reserve(Float.self, count: count, holder: "observation statistics")
        let packedDeviations = try arena.reserve(Float.self, count: count, holder: "observation statistics")
        self.isEnabled = isEnabled
        self.fresh = fresh
        self.reported = reported
        self.packedMean = packedMean
        self.packedDeviations = packedDeviations
    }

    /// Adds a raw observation that an action followed on.
    mutating func add(_ observation: UnsafeBufferPointer<Double>) {
        if isEnabled { fresh.add(observation) }
    }

    /// The statistics for a report, in this ledger's memory; nil when observations are not normalised.
    mutating func pack() -> ObservationStatistics? {
        guard isEnabled else { return nil }
        reported.merge(fresh)
        fresh.reset()
        reported.weigh(atMost: ObservationStatistics.countMaximum)
        for index in 0..<packedMean.count {
            packedMean[index] = Self.littleEndian(reported.mean[index])
            packedDeviations[index] = Self.littleEndian(max(0, reported.squaredDeviations[index]))
        }
        return ObservationStatistics(
            count: reported.count, mean: UnsafeRawBufferPointer(packedMean),
            squaredDeviations: UnsafeRawBufferPointer(packedDeviations))
    }

    /// The gateway has what the last `pack` returned.
    mutating func acknowledged() {
        if isEnabled { reported.reset() }
    }

    private static func littleEndian(_ number: Double) -> Float {
        let nearest = min(max(number, -Double(Float.greatestFiniteMagnitude)), Double(Float.greatestFiniteMagnitude))
        return Float(bitPattern: Float(nearest).bitPattern.littleEndian)
    }
}
