import Bounded
import Foundation
import Training

/// A number for each agent, as a list on the command line spells it: `1x7,4.3`, `1,1,2` or `sqrt`.
///
/// `VALUExCOUNT` stands for so many agents; the last value is repeated for all agents that the list does not reach.
/// `sqrt` gives the i-th agent, from 1, the square root of i.
public struct AgentValues: Equatable, Sendable {
    /// As it was spelt.
    public let text: String
    private let values: [Double]

    /// The same for every agent.
    public init(_ value: Double) {
        text = "\(value)"
        values = [value]
    }

    /// Reads a list; `flag` is what an error calls it.
    ///
    /// **Throws:** `usage` for a list of something else, and for numbers out of `range`.
    public init(parsing text: String, flag: String, range: ClosedRange<Double>) throws(TrainingError) {
        self.text = text
        guard text != "sqrt" else {
            values = []
            return
        }
        var values: [Double] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: "x", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            let count = parts.count == 2 ? Int(parts[1]) : 1
            guard parts.count <= 2, let value = Double(parts[0]), range.contains(value), let count,
                (1...TrainingOptions.agentsMaximum).contains(count)
            else {
                throw TrainingError(
                    .usage,
                    "\(flag) \(text): \(word): expected VALUE or VALUExCOUNT, from \(range.lowerBound) to "
                        + "\(range.upperBound), separated by commas, or sqrt")
            }
            values += Array(repeating: value, count: count)
        }
        self.values = values
    }

    /// The value of the `number`-th agent, from 1.
    public func value(_ number: Int) -> Double {
        values.isEmpty ? Double(number).squareRoot() : values[min(number, values.count) - 1]
    }
}
