import Foundation

/// The curves of runs that differ in the seed alone, and what they come to together.
public struct CurveGroup: Sendable {
    /// One run of the group.
    public struct Member: Sendable {
        /// Its seed.
        public let seed: UInt64
        /// Its curve.
        public let curve: LearningCurve
    }

    /// What tables and plots call it.
    public let label: String
    /// The runs, by seed.
    public let members: [Member]
    /// What the curves are read against.
    public let measure: CurveMeasure

    /// The members are thinned to one point for each `spacing` of the measure; 0 keeps all.
    init(label: String, measure: CurveMeasure, spacing: Double = 0, members: [Member]) {
        self.label = label
        self.measure = measure
        self.members = members.map {
            Member(seed: $0.seed, curve: $0.curve.thinned(along: measure, spacing: spacing))
        }.sorted { $0.seed < $1.seed }
    }

    /// Where each member first reaches a level; infinity for one that never does.
    func crossings(_ level: Double) -> [Double] {
        members.compactMap { $0.curve.firstReaching(level, along: measure) }
    }

    /// The mean of the last tenth of each member's points.
    var finalReturns: [Double] { members.map(\.curve.finalReturn) }

    /// The best return of each member.
    var bestReturns: [Double] { members.map(\.curve.bestReturn) }

    /// A point of the median curve, with the smallest and the largest return of any member.
    struct BandPoint: Equatable {
        let place: Double
        let median: Double
        let low: Double
        let high: Double
    }

    /// The median curve over the stretch that all members have, at `count` places.
    func band(count: Int = 100) -> [BandPoint] {
        let ends = members.compactMap { member in
            member.curve.places(measure).flatMap { places in places.first.map { ($0, places.last ?? $0) } }
        }
        guard ends.count == members.count, let first = ends.map(\.0).max(), let last = ends.map(\.1).min(),
            last >= first
        else { return [] }
        let steps = last > first ? count : 0
        return (0...steps).compactMap { index in
            let place = index == steps ? last : first + (last - first) * Double(index) / Double(max(steps, 1))
            let values = members.compactMap { $0.curve.value(at: place, along: measure) }
            guard let median = SampleStatistics.median(values), let low = values.min(), let high = values.max() else {
                return nil
            }
            return BandPoint(place: place, median: median, low: low, high: high)
        }
    }
}
