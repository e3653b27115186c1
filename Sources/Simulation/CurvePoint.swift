import Training

/// One line of `curve.csv`: where a run was when θ was evaluated.
struct CurvePoint: Sendable {
    /// The first line of the file.
    static let heading =
        "virtual_seconds,steps,steps_per_agent,version,updates,bytes_up,bytes_down,return_mean,return_std,recent_return"

    var virtualSeconds = 0.0
    /// Environment steps behind what was applied, of all agents.
    var steps: UInt64 = 0
    var agents = 1
    var version: UInt64 = 0
    var updates: UInt64 = 0
    var bytesUp: UInt64 = 0
    var bytesDown: UInt64 = 0
    /// The mean return of the newest episodes, sampled with noise at the agents' versions.
    var recentReturn: Double?

    /// The line, without its end.
    func line(_ evaluation: Evaluation) -> String {
        "\(ProgressLine.fixed(virtualSeconds, 3)),\(steps),\(ProgressLine.fixed(Double(steps) / Double(agents), 1)),"
            + "\(version),\(updates),\(bytesUp),\(bytesDown),\(evaluation.mean),\(evaluation.deviation),"
            + (recentReturn.map { "\($0)" } ?? "")
    }
}
