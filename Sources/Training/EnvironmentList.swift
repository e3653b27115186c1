/// The tasks with a recipe.
public struct EnvironmentList {
    /// One task.
    public struct Task: Encodable {
        let name: String
        let source: String
        let stepsPerAgent: Int

        enum CodingKeys: String, CodingKey {
            case name, source
            case stepsPerAgent = "steps_per_agent"
        }
    }

    /// All of them.
    public let environments = Recipe.all.map {
        Task(
            name: $0.environment, source: $0.needsPlugin ? "liblapwing-mujoco.so" : "built in",
            stepsPerAgent: $0.updatesPerAgent * $0.batchSteps)
    }

    public init() {}

    /// For a person.
    public var text: String {
        environments.map { task in
            task.name.padded(to: 26) + task.source.padded(to: 22) + "\(task.stepsPerAgent) steps an agent"
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
