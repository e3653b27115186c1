extension Recipe.Family {
    /// What every recipe starts from: two tanh layers of 64, 1,000 steps a gradient, AFedPG with a momentum weight of
    /// 0.3 that starts at the first gradient, and a step size that falls to a tenth over the budget.
    static let common = Recipe.Family(
        gateway: [
            Setting("policy", "hidden", "64 64"),
            Setting("policy", "log_std_minimum", "-2.5"),
            Setting("aggregation", "rule", "afedpg"),
            Setting("aggregation", "step_size", "0.02"),
            Setting("aggregation", "step_size_schedule", "linear"),
            Setting("aggregation", "step_size_final_fraction", "0.1"),
            Setting("aggregation", "momentum", "0.3"),
            Setting("aggregation", "momentum_start", "first-gradient"),
        ],
        agent: [
            Setting("sampling", "batch_steps", "1000")
        ])

    /// Whole episodes, discounted return to go minus a linear-feature baseline fitted to the same batch.
    ///
    /// The batch's own fit is what makes gradients of one trajectory usable: on Swimmer a fit to the batch before, or
    /// none, does not learn (return below 30 after 200 gradients, against above 300).
    static let linearBaseline = Recipe.Family(
        gateway: [
            Setting("policy", "observation_normalisation", "false"),
            Setting("policy", "log_std_initial", "0"),
        ],
        agent: [
            Setting("sampling", "episodes", "whole"),
            Setting("learning", "estimator", "reward-to-go"),
            Setting("learning", "baseline", "linear"),
            Setting("learning", "normalise_advantages", "true"),
            Setting("learning", "direction", "plain"),
        ])

    /// Episodes that go on from gradient to gradient, GAE with a small critic on each device, the natural gradient, and
    /// observations normalised with the whole federation's statistics.
    ///
    /// A natural gradient carries its own length, so the direction is not divided by its norm. With four agents on
    /// Hopper, a step that falls to a tenth over 1,000 updates ends at 3,225, 3,402 and 3,397 (three seeds); one that
    /// stays ends at 3,516 or 1,734, for a single version may fall; 500 updates are too few (977).
    static let naturalCritic = Recipe.Family(
        gateway: [
            Setting("policy", "observation_normalisation", "true"),
            Setting("policy", "log_std_initial", "-0.5"),
            Setting("aggregation", "step_size", "0.1"),
            Setting("aggregation", "normalise_direction", "false"),
        ],
        agent: [
            Setting("sampling", "episodes", "continued"),
            Setting("learning", "estimator", "gae"),
            Setting("learning", "discount", "0.995"),
            Setting("learning", "lambda", "0.95"),
            Setting("learning", "baseline", "critic"),
            Setting("learning", "normalise_advantages", "true"),
            Setting("learning", "direction", "natural"),
        ])
}

extension Recipe {
    /// Every task that `lapwing train` knows how to learn.
    public static let all: [Recipe] = [
        // γ = 0.99, the usual value, stays near a return of 30 on Swimmer; 0.999 reaches 340 and more.
        Recipe(
            "swimmer", updatesPerAgent: 60, .common, .linearBaseline,
            agent: [Setting("learning", "discount", "0.999")]),
        Recipe(
            "cartpole", updatesPerAgent: 40, .common, .linearBaseline,
            gateway: [Setting("aggregation", "step_size", "0.05")],
            agent: [Setting("learning", "discount", "0.99")]),
        Recipe(
            "acrobot", updatesPerAgent: 50, .common, .linearBaseline,
            gateway: [Setting("aggregation", "step_size", "0.05")],
            agent: [
                Setting("learning", "discount", "0.99"),
                Setting("sampling", "batch_steps", "2000"),
            ]),
        Recipe(
            "pendulum", updatesPerAgent: 150, .common, .naturalCritic,
            gateway: [Setting("policy", "log_std_initial", "0")],
            agent: [Setting("learning", "discount", "0.95")]),
        // Below a standard deviation of e the car never reaches the flag by chance, and learns to stand still.
        Recipe(
            "mountain-car-continuous", updatesPerAgent: 50, .common, .naturalCritic,
            gateway: [Setting("policy", "log_std_initial", "1")],
            agent: [
                Setting("learning", "discount", "0.999"),
                Setting("sampling", "episodes", "whole"),
            ]),
        Recipe(
            "inverted-pendulum", updatesPerAgent: 50, .common, .naturalCritic),

        // Advantages keep their scale: it is what the learners differ in, and what a gate tells them apart by.
        Recipe(
            "cooperative-navigation", hasLearners: true, updatesPerAgent: 150, .common, .linearBaseline,
            gateway: [
                Setting("aggregation", "rule", "lapg"),
                Setting("aggregation", "step_size", "0.1"),
                Setting("aggregation", "step_size_schedule", "constant"),
            ],
            agent: [
                Setting("learning", "discount", "0.95"),
                Setting("learning", "normalise_advantages", "false"),
                Setting("sampling", "batch_steps", "4000"),
            ]),

        Recipe("hopper", needsPlugin: true, updatesPerAgent: 250, .common, .naturalCritic),
        Recipe("walker2d", needsPlugin: true, updatesPerAgent: 300, .common, .naturalCritic),
        Recipe("half-cheetah", needsPlugin: true, updatesPerAgent: 150, .common, .naturalCritic),
        Recipe("humanoid", needsPlugin: true, updatesPerAgent: 300, .common, .naturalCritic),
        Recipe("reacher", needsPlugin: true, updatesPerAgent: 120, .common, .naturalCritic),
    ]
    /// What is tried on a task that nobody has written a recipe for, such as one of a plug-in of one's own.
    static func general(_ environment: String) -> Recipe {
        Recipe(environment, updatesPerAgent: 100, .common, .naturalCritic)
    }
}
