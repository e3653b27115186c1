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
        let baseVersion: UInt64
        let gradient: [Double]

        enum CodingKeys: String, CodingKey {
            case agent, gradient
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

    /// Prints one line for each arrival: the state after it, or why it was refused.
    ///
    /// Gradients are rounded to single precision, as they are on the wire.
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
                print(rule.line(agent: arrival.agent, baseVersion: arrival.baseVersion, gradient: arrival.gradient))
            }
        }
        guard rule != nil else { throw .data(arrivals.path, "the file has no line; the first is {\"theta\":[…]}") }
    }
}

/// A server rule at work on a recording.
private final class Replay {
    private var rule: ServerRule
    private let arena: Arena

    let parameterCount: Int

    /// Nil when the state is none, or memory does not suffice.
    init?(settings: ServerRule.Settings, theta: [Double], direction: [Double]?) {
        do throws(Arena.Refusal) {
            var arena = try Arena(limitBytes: PolicyActor.memoryLimitBytes)
            var rule = try ServerRule(parameterCount: theta.count, settings: settings, arena: &arena)
            parameterCount = theta.count
            let initial = try arena.vector(theta.count, holder: "initial policy")
            let state = try arena.reserve(Double.self, count: rule.stateCount, holder: "state")
            // A start in single precision fixes what the rule remembers beside θ and d; then both are put in exactly.
            rule.start(from: initial)
            rule.write(state: state)
            let zeros = [Double](repeating: 0, count: theta.count)
            let isRestored = theta.withUnsafeBufferPointer { theta in
                (direction ?? zeros).withUnsafeBufferPointer { stored in
                    rule.restore(
                        parameters: theta, direction: stored,
                        state: direction == nil ? UnsafeBufferPointer(state) : nil, version: .initial)
                }
            }
            guard isRestored else { return nil }
            self.rule = rule
            self.arena = arena
        } catch {
            return nil
        }
    }

    func line(agent: Int, baseVersion: UInt64, gradient: [Double]) -> String {
        let outcome = gradient.withUnsafeBufferPointer {
            rule.apply(gradient: $0, baseVersion: PolicyVersion(baseVersion))
        }
        switch outcome {
        case .applied(let update):
            let state = rule.state
            return "{\"version\":\(update.version.number),\"agent\":\(agent),\"delay\":\(update.delay),"
                + "\"theta\":\(JSONLines.array(state.parameters)),"
                + "\"theta_tilde\":\(JSONLines.array(state.samplingPoint)),"
                + "\"d\":\(JSONLines.array(state.direction))}"
        case .refused(let reason):
            let name =
                switch reason {
                case .notFinite: "not_finite"
                case .normTooLarge: "norm_too_large"
                case .futureVersion: "future_version"
                }
            return "{\"version\":\(rule.state.version.number),\"agent\":\(agent),\"refused\":\"\(name)\"}"
        }
    }
}
