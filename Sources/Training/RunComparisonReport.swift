import Foundation

/// The table of `lapwing runs compare`: a row for each group of runs.
public struct RunComparisonReport: Encodable, Sendable {
    /// A median over seeds, with its 95 % bootstrap interval.
    public typealias Estimate = SampleStatistics

    /// Runs that differ only in the seed.
    public struct Row: Encodable, Sendable {
        /// Task, name, rule and agents.
        public let label: String
        /// The seeds.
        public let seeds: [UInt64]
        /// The return of the final evaluation.
        public let returns: Estimate?
        /// The best return of the curve.
        public let bestReturn: Estimate?
        /// Environment steps behind the applied updates.
        public let steps: Estimate?
        /// Reports that are in the policy.
        public let updates: Estimate?
        /// Wall-clock seconds.
        public let seconds: Estimate?
        /// Bytes from the agents.
        public let bytesUp: Estimate?
        /// Bytes to the agents.
        public let bytesDown: Estimate?
        /// When each level is first reached.
        public let crossings: [ExperimentReport.Crossing]

        enum CodingKeys: String, CodingKey {
            case label, seeds, steps, updates, seconds, crossings
            case returns = "return"
            case bestReturn = "best_return"
            case bytesUp = "bytes_up"
            case bytesDown = "bytes_down"
        }

        init(_ group: RunComparison.Group, levels: [Double]) {
            let runs = group.summaries
            label = group.curves.label
            seeds = group.curves.members.map(\.seed)
            returns = SampleStatistics(runs.compactMap(\.returnMean))
            bestReturn = SampleStatistics(group.curves.bestReturns)
            steps = SampleStatistics(runs.map { Double($0.steps) })
            updates = SampleStatistics(runs.map { Double($0.updatesApplied) })
            seconds = SampleStatistics(runs.map(\.seconds))
            bytesUp = SampleStatistics(runs.map { Double($0.bytesUp) })
            bytesDown = SampleStatistics(runs.map { Double($0.bytesDown) })
            crossings = ExperimentReport.Row(group.curves, levels: levels, reference: nil).crossings
        }
    }

    /// What crossings are counted in.
    public let measure: CurveMeasure
    /// In the order in which the runs were named.
    public let rows: [Row]

    /// For a person: medians, with the interval of the return.
    public var text: String {
        let levels = rows.first?.crossings.map { "to \(ProgressLine.threeDigits($0.level))" } ?? []
        var lines = [["runs", "seeds", "return", "best", "steps", "updates", "seconds", "up", "down"] + levels]
        for row in rows {
            let value = row.returns.map { estimate in
                let numbers = [estimate.median, estimate.low, estimate.high].map { ProgressLine.fixed($0, 1) }
                return row.seeds.count > 1 ? "\(numbers[0]) [\(numbers[1]), \(numbers[2])]" : numbers[0]
            }
            let counts = [row.steps, row.updates, row.seconds].map { estimate in
                estimate.map { ProgressLine.threeDigits($0.median) } ?? "-"
            }
            let bytes = [row.bytesUp, row.bytesDown].map { estimate in
                estimate.map { ProgressLine.threeDigitBytes($0.median) } ?? "-"
            }
            let crossings = row.crossings.map { crossing in
                let place = crossing.place.map { measure.shown($0.median) } ?? "-"
                return crossing.reached < row.seeds.count && crossing.reached > 0
                    ? "\(place) (\(crossing.reached) of \(row.seeds.count))" : place
            }
            let best = row.bestReturn.map { ProgressLine.fixed($0.median, 1) } ?? "-"
            lines.append([row.label, "\(row.seeds.count)", value ?? "-", best] + counts + bytes + crossings)
        }
        return Self.columns(lines)
    }

    /// Columns as wide as their widest field, the first to the left and the others to the right.
    private static func columns(_ lines: [[String]]) -> String {
        let widths = (lines.first ?? []).indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.enumerated().map { column, field in
                let space = String(repeating: " ", count: widths[column] - field.count)
                return column == 0 ? field + space : space + field
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
