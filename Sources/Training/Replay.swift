import Aggregation
import Bounded

/// A server rule at work on a recording.
final class Replay {
    private var rule: ServerRule
    private let arena: Arena

    let parameterCount: Int
    /// The round that is open, whose gradients are in it, and how many agents were refused in it.
    private var round: Int?
    private var agents: [Int] = []
    private var refusedCount = 0
    /// The most gradients in a round.
    private let learnersMaximum: Int

    /// Nil when the state is none, or memory does not suffice.
    init?(settings: ServerRule.Settings, theta: [Double], direction: [Double]?) {
        if case .rounds(let rounds) = settings, rounds.robust.keepsGradients {
            learnersMaximum = rounds.learnersMaximum
        } else {
            learnersMaximum = Int.max
        }
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
                + Self.text(state)
        case .refused(let reason): return refusal(reason, of: agent)
        }
    }

    /// Opens `round`, and closes the one before it.
    func open(round number: Int) -> String? {
        guard round != number else { return nil }
        let closed = closeRound()
        round = number
        return closed
    }

    /// Whether the open round has as many gradients as there is room for.
    var isFull: Bool { agents.count >= learnersMaximum }

    /// Adds a gradient to the open round; says why when it was refused.
    func add(agent: Int, gradient: [Double], curvature: Double = 0) -> String? {
        switch gradient.withUnsafeBufferPointer({ rule.add($0, curvature: curvature) }) {
        case .added:
            agents.append(agent)
            return nil
        case .refused(let reason):
            refusedCount += 1
            return refusal(reason, of: agent)
        }
    }

    /// Closes the open round, if there is one.
    func closeRound() -> String? {
        guard round != nil else { return nil }
        let update = rule.closeRound(refused: refusedCount)
        let text = "{\"version\":\(update.version.number),\"agents\":\(agents),"
        (round, agents, refusedCount) = (nil, [], 0)
        return text.replacing(" ", with: "") + Self.text(rule.state)
    }

    private static func text(_ state: ServerRule.State) -> String {
        "\"theta\":\(JSONLines.array(state.parameters)),"
            + "\"theta_tilde\":\(JSONLines.array(state.samplingPoint)),"
            + "\"d\":\(JSONLines.array(state.direction))}"
    }

    private func refusal(_ reason: AggregationRefusal, of agent: Int) -> String {
        let name =
            switch reason {
            case .notFinite: "not_finite"
            case .normTooLarge: "norm_too_large"
            case .futureVersion: "future_version"
            }
        return "{\"version\":\(rule.state.version.number),\"agent\":\(agent),\"refused\":\"\(name)\"}"
    }
}
