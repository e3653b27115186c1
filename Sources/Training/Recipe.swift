import Foundation

/// How `lapwing train` learns one task: the settings that differ from the programs' defaults.
///
/// A recipe is data. What a run adds to it (keys, endpoints, shapes, budgets) is `RunPlan`'s.
public struct Recipe: Equatable, Sendable {
    /// The task's name.
    public var environment: String
    /// Whether only the MuJoCo plug-in has the task.
    public var needsPlugin: Bool
    /// The budget: gradients of each agent, on average.
    public var updatesPerAgent: Int
    /// The configuration of the gateway.
    public var gateway: SettingList
    /// The configuration of every agent.
    public var agent: SettingList
    /// Whether every agent is a learner with a reward of its own: the task's options then say how many there are, and
    /// to each agent which one it is.
    public var hasLearners: Bool

    init(
        _ environment: String, needsPlugin: Bool = false, hasLearners: Bool = false, updatesPerAgent: Int,
        _ families: Family..., gateway: SettingList = [], agent: SettingList = []
    ) {
        self.environment = environment
        self.needsPlugin = needsPlugin
        self.hasLearners = hasLearners
        self.updatesPerAgent = updatesPerAgent
        self.gateway = []
        self.agent = []
        for family in families {
            self.gateway.set(family.gateway)
            self.agent.set(family.agent)
        }
        self.gateway.set(gateway)
        self.agent.set(agent)
    }

    /// Settings that several recipes share.
    struct Family: Equatable, Sendable {
        var gateway: SettingList
        var agent: SettingList
    }

    /// The steps behind one gradient.
    public var batchSteps: Int { agent.value("sampling", "batch_steps").flatMap { Int($0) } ?? 1000 }

    /// What the task is told in a run of `agents` agents; empty unless it has learners.
    ///
    /// Rewards differ by a factor of ten, in equal ratios, and every learner's starts lie elsewhere.
    func environmentOptions(agents: Int) -> String {
        guard hasLearners else { return "" }
        let scales = (0..<agents).map { number in
            ProgressLine.fixed(pow(10, -Double(number) / Double(max(agents - 1, 1))), 4)
        }
        return "learners=\(agents) scales=\(scales.joined(separator: ",")) shift=0.3"
    }

    /// The recipe of a task, if there is one.
    public static func named(_ environment: String) -> Recipe? { all.first { $0.environment == environment } }
}
