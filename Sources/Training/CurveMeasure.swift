/// What a learning curve is drawn against.
public enum CurveMeasure: String, CaseIterable, Codable, Sendable {
    /// Environment steps of each agent, on average.
    case stepsPerAgent = "steps_per_agent"
    /// Environment steps of all agents together.
    case steps
    /// Virtual seconds of a simulated run.
    case virtualSeconds = "virtual_seconds"
    /// Wall-clock seconds of a run of real processes.
    case seconds
    /// Versions of the policy.
    case version
    /// Agents' reports that are in the policy.
    case updates
    /// Bytes from the agents.
    case bytesUp = "bytes_up"
    /// Bytes to the agents.
    case bytesDown = "bytes_down"
    /// Bytes of both ways.
    case bytes

    /// What an axis and a table call it.
    public var title: String {
        switch self {
        case .stepsPerAgent: "environment steps per agent"
        case .steps: "environment steps, all agents"
        case .virtualSeconds: "virtual seconds"
        case .seconds: "seconds"
        case .version: "version"
        case .updates: "updates"
        case .bytesUp: "bytes up"
        case .bytesDown: "bytes down"
        case .bytes: "bytes up and down"
        }
    }

    /// Whether values are bytes, which tables and axes show with their unit.
    var isBytes: Bool { self == .bytesUp || self == .bytesDown || self == .bytes }

    /// A value as tables show it: three digits, `never` for what was not reached.
    func shown(_ value: Double) -> String {
        guard value.isFinite else { return "never" }
        return isBytes ? ProgressLine.threeDigitBytes(value) : ProgressLine.threeDigits(value)
    }
}
