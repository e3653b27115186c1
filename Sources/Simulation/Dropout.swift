import Training

/// An agent that is gone for a while: its process ends without a word, and starts again with a new boot epoch.
public struct Dropout: Equatable, Sendable {
    /// Which agent, from 1.
    public var agent: Int
    /// When its power fails. **Units:** virtual seconds.
    public var from: Double
    /// When its program starts again.
    public var to: Double

    /// As it is given.
    var text: String { "\(agent):\(from):\(to)" }

    /// Reads `AGENT:FROM:TO`.
    ///
    /// **Throws:** `usage` with the text and what was expected.
    public init(parsing text: String) throws(TrainingError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let agent = Int(parts[0]), agent >= 1, let from = Double(parts[1]), from >= 0,
            let to = Double(parts[2]), to > from, to <= 1e9
        else {
            throw TrainingError(
                .usage, "--dropout \(text): expected AGENT:FROM:TO, virtual seconds, such as 2:10:25.5")
        }
        self.agent = agent
        self.from = from
        self.to = to
    }
}
