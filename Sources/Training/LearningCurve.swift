import Foundation

/// Return against everything that a run spends: one point for each evaluation.
///
/// A simulated run has evaluated θ with the mean action at given steps (`curve.csv`). A run of real processes has not:
/// its points are its updates, and the return is the mean of the newest episodes, which were sampled with noise
/// (`returns.csv`).
public struct LearningCurve: Equatable, Sendable {
    /// The return at each point.
    public let returns: [Double]
    /// Whether the returns are evaluations of θ with the mean action.
    public let isEvaluated: Bool
    private let columns: [CurveMeasure: [Double]]

    init(returns: [Double], isEvaluated: Bool = true, columns: [CurveMeasure: [Double]]) {
        self.returns = returns
        self.isEvaluated = isEvaluated
        self.columns = columns
    }

    /// Reads a run's curve: `curve.csv` where there is one, `returns.csv` otherwise.
    ///
    /// **Throws:** `missingInput` without either, `data` with file, line and what is wrong.
    public init(reading folder: RunFolder, agents: Int) throws(TrainingError) {
        if let text = try Self.text(of: folder.curve) {
            try self.init(curve: text, path: folder.curve.path)
        } else if let text = try Self.text(of: folder.returns) {
            try self.init(updates: text, path: folder.returns.path, agents: agents)
        } else {
            throw TrainingError(
                .missingInput, "\(folder.url.path): a run has curve.csv or returns.csv; here is neither")
        }
    }

    /// What is in a file; nil when there is none.
    private static func text(of file: URL) throws(TrainingError) -> String? {
        guard let data = try? Data(contentsOf: file) else { return nil }
        guard let text = String(data: data, encoding: .utf8) else { throw .data(file.path, "this is no UTF-8 text") }
        return text
    }

    /// The text of a `curve.csv`; columns are found by their names.
    init(curve text: String, path: String) throws(TrainingError) {
        let table = try NumberTable(parsing: text, path: path, needing: ["return_mean"])
        try self.init(table, returns: "return_mean", isEvaluated: true, names: [:], path: path)
    }

    /// The text of a `returns.csv` of a run with so many agents.
    init(updates text: String, path: String, agents: Int) throws(TrainingError) {
        let table = try NumberTable(parsing: text, path: path, needing: ["return_recent"])
        try self.init(
            table, returns: "return_recent", isEvaluated: false, names: [.steps: "steps_total"], path: path,
            agents: agents)
    }

    private init(
        _ table: NumberTable, returns column: String, isEvaluated: Bool, names: [CurveMeasure: String], path: String,
        agents: Int? = nil
    ) throws(TrainingError) {
        let all = table.column(column) ?? []
        let rows = all.indices.filter { all[$0].isFinite }
        guard !rows.isEmpty else { throw .data(path, "there is no return in it") }
        var columns: [CurveMeasure: [Double]] = [:]
        for measure in CurveMeasure.allCases {
            guard let values = table.column(names[measure] ?? measure.rawValue) else { continue }
            columns[measure] = rows.map { values[$0] }
            guard columns[measure]?.allSatisfy(\.isFinite) == true else {
                throw .data(path, "\(names[measure] ?? measure.rawValue) is not a number in every line")
            }
        }
        if let up = columns[.bytesUp], let down = columns[.bytesDown] { columns[.bytes] = zip(up, down).map(+) }
        if let agents {
            columns[.updates] = rows.map { Double($0 + 1) }
            columns[.stepsPerAgent] = columns[.steps]?.map { $0 / Double(max(agents, 1)) }
        }
        self.init(returns: rows.map { all[$0] }, isEvaluated: isEvaluated, columns: columns)
    }

    /// The points' places along a measure, in rising order; nil when the run has no such measure.
    public func places(_ measure: CurveMeasure) -> [Double]? { columns[measure] }

    /// The last place along a measure.
    func end(_ measure: CurveMeasure) -> Double? { columns[measure]?.last }

    /// One point for each `spacing` along a measure, the last of its stretch; all points when the spacing is 0.
    ///
    /// The first point to pass a level is the earlier the more often one looks, so what is compared has to be looked at
    /// equally often.
    func thinned(along measure: CurveMeasure, spacing: Double) -> LearningCurve {
        guard spacing > 0, let places = columns[measure] else { return self }
        // A stretch has its right end; batches of whole episodes may end some steps later.
        func stretch(_ place: Double) -> Double { (place / spacing - 1e-9).rounded(.up) }
        let kept = places.indices.filter { index in
            index + 1 == places.count || stretch(places[index + 1]) > stretch(places[index])
        }
        return LearningCurve(
            returns: kept.map { returns[$0] }, isEvaluated: isEvaluated,
            columns: columns.mapValues { column in kept.map { column[$0] } })
    }

    /// Where the return first is `level` or more; infinity when it never is, nil without such a measure.
    func firstReaching(_ level: Double, along measure: CurveMeasure) -> Double? {
        guard let places = columns[measure] else { return nil }
        return returns.firstIndex { $0 >= level }.map { places[$0] } ?? .infinity
    }

    /// The mean of the last tenth of the points, one at least.
    var finalReturn: Double {
        let last = returns.suffix(max(1, (returns.count + 9) / 10))
        return last.reduce(0, +) / Double(last.count)
    }

    /// The highest return of any point.
    var bestReturn: Double { returns.max() ?? -.infinity }

    /// The return at a place, on the straight line between the points around it; nil outside the curve.
    func value(at place: Double, along measure: CurveMeasure) -> Double? {
        guard let places = columns[measure], let first = places.first, let last = places.last,
            (first...last).contains(place), let above = places.firstIndex(where: { $0 >= place })
        else { return nil }
        guard above > 0, places[above] > places[above - 1] else { return returns[above] }
        let share = (place - places[above - 1]) / (places[above] - places[above - 1])
        return returns[above - 1] + share * (returns[above] - returns[above - 1])
    }
}
