import Bounded
import Environments
import Foundation

/// `lapwing environment trace`: steps an environment from a given state with given actions.
public enum TraceReferee {
    private struct State: Decodable {
        let qpos: [Double]?
        let qvel: [Double]?
        let state: [Double]?
    }

    /// An action as a line spells it: an array, or a bare number for a discrete task.
    private struct Action: Decodable {
        let numbers: [Double]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                numbers = [number]
            } else {
                numbers = try container.decode([Double].self)
            }
        }
    }

    /// Prints one line for each action.
    ///
    /// - Parameters:
    ///   - state: `{"qpos":[…],"qvel":[…]}` or `{"state":[…]}`.
    ///   - actions: a file with an action array a line; nothing is clipped.
    ///
    /// **Throws:** `data` with file and line.
    public static func run(
        choice: EnvironmentChoice, state: String, actions: URL, print: (String) -> Void
    ) throws(TrainingError) {
        let parts = try JSONLines.decode(State.self, state, name: "--state")
        let numbers: [Double]
        if let whole = parts.state, parts.qpos == nil, parts.qvel == nil {
            numbers = whole
        } else if let positions = parts.qpos, let velocities = parts.qvel, parts.state == nil {
            numbers = positions + velocities
        } else {
            throw TrainingError(.data, "--state: expected {\"qpos\":[…],\"qvel\":[…]} or {\"state\":[…]}")
        }
        var arena = try reserving { () throws(Arena.Refusal) in try Arena(limitBytes: 64 << 20) }
        var environment = try choice.open(arena: &arena)
        let count = environment.description.observationCount
        let observation = try reserving { () throws(Arena.Refusal) in
            try arena.reserve(Double.self, count: count, holder: "observation")
        }
        let memory = NumberBuffer()
        do throws(EnvironmentError) {
            try environment.setState(memory.holding(numbers), observation: observation)
        } catch {
            throw TrainingError(.data, "--state: \(error)")
        }
        try JSONLines.forEach(Action.self, in: actions) { action, line throws(TrainingError) in
            let transition: Transition
            do throws(EnvironmentError) {
                transition = try environment.step(action: memory.holding(action.numbers), observation: observation)
            } catch {
                throw .data(actions.path, line: line, "\(error)")
            }
            print(
                "{\"observation\":\(JSONLines.array(observation)),\"reward\":\(JSONLines.number(transition.reward)),"
                    + "\"terminated\":\(transition.terminated),\"truncated\":\(transition.truncated)}")
        }
    }
}

/// Numbers at an address, for calls that take a buffer.
private final class NumberBuffer {
    private var memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: 64)

    /// The numbers, valid until the next call.
    func holding(_ numbers: [Double]) -> UnsafeBufferPointer<Double> {
        if numbers.count > memory.count {
            memory.deallocate()
            memory = .allocate(capacity: numbers.count)
        }
        _ = memory.update(from: numbers)
        return UnsafeBufferPointer(rebasing: memory[0..<numbers.count])
    }

    deinit { memory.deallocate() }
}
