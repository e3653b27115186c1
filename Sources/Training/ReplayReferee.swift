import Aggregation
import Bounded
import Foundation

/// `lapwing replay`: feeds recorded arrivals to a server rule, in double precision, and shows its state after each.
public enum ReplayReferee {
    private struct Start: Decodable {
        let theta: [Double]
        let d: [Double]?
    }

    private struct Arrival: Decodable {
        let agent: Int
        /// Of a rule that takes gradients as they come.
        let baseVersion: UInt64?
        /// Of a rule of rounds: gradients of one round have one number, and stand together.
        let round: Int?
        let gradient: [Double]
        /// Of a consensus: what the agent says of its own solution.
        let curvature: Double?

        enum CodingKeys: String, CodingKey {
            case agent, round, gradient, curvature
            case baseVersion = "base_version"
        }
    }

    /// A line of the file: the first starts, the others arrive.
    private enum Line: Decodable {
        case start(Start)
        case arrival(Arrival)

        private enum CodingKeys: String, CodingKey {
            case theta
        }

        init(from decoder: any Decoder) throws {
            if try decoder.container(keyedBy: CodingKeys.self).contains(.theta) {
                self = .start(try Start(from: decoder))
            } else {
                self = .arrival(try Arrival(from: decoder))
            }
        }
    }

    /// Reads the rule's settings out of a `gateway.conf`, and replays with them.
    public static func run(
        rule: String, configuration: URL, arrivals: URL, print: (String) -> Void
    ) throws(TrainingError) {
        try run(settings: EffectiveConfiguration.rule(named: rule, in: configuration), arrivals: arrivals, print: print)
    }

    /// Prints one line for each arrival, or, with a rule of rounds, for each round: the state after it; and one for
    /// each refusal.
    ///
    /// **Throws:** `data` with file and line.
    public static func run(
        settings: ServerRule.Settings, arrivals: URL, print: (String) -> Void
    ) throws(TrainingError) {
        var rule: Replay?
        try JSONLines.forEach(Line.self, in: arrivals) { value, line throws(TrainingError) in
            func fail(_ message: String) -> TrainingError { .data(arrivals.path, line: line, message) }
            switch value {
            case .start(let start):
                guard rule == nil else { throw fail("a second line with \"theta\"; only the first line starts") }
                guard !start.theta.isEmpty else { throw fail("\"theta\" is empty") }
                if let d = start.d, d.count != start.theta.count {
                    throw fail("\"d\" has \(d.count) numbers, \"theta\" \(start.theta.count)")
                }
                guard let started = Replay(settings: settings, theta: start.theta, direction: start.d) else {
                    throw fail("a state that the rule cannot start from, or more parameters than memory holds")
                }
                rule = started
            case .arrival(let arrival):
                guard let rule else { throw fail("the first line must be {\"theta\":[…]}") }
                guard arrival.gradient.count == rule.parameterCount else {
                    throw fail("\"gradient\" has \(arrival.gradient.count) numbers, \"theta\" \(rule.parameterCount)")
                }
                if settings.isSynchronous {
                    guard let round = arrival.round else { throw fail("an arrival without \"round\"") }
                    if let closed = rule.open(round: round) { print(closed) }
                    guard !rule.isFull else { throw fail("more gradients in a round than [federation] agents_max") }
                    if let refused = rule.add(
                        agent: arrival.agent, gradient: arrival.gradient, curvature: arrival.curvature ?? 0)
                    { print(refused) }
                } else {
                    guard let base = arrival.baseVersion else { throw fail("an arrival without \"base_version\"") }
                    print(rule.line(agent: arrival.agent, baseVersion: base, gradient: arrival.gradient))
                }
            }
        }
        if let closed = rule?.closeRound() { print(closed) }
        guard rule != nil else { throw .data(arrivals.path, "the file has no line; the first is {\"theta\":[…]}") }
    }
}
