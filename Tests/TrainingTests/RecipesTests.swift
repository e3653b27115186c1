import Testing

@testable import Training

@Suite("Recipes")
struct RecipesTests {
    @Test("Swimmer has the values that learn it")
    func swimmer() throws {
        let recipe = try #require(Recipe.named("swimmer"))
        #expect(recipe.updatesPerAgent == 60)
        #expect(recipe.batchSteps == 1000)
        #expect(recipe.agent.value("learning", "discount") == "0.999")
        #expect(recipe.agent.value("learning", "estimator") == "reward-to-go")
        #expect(recipe.agent.value("learning", "baseline") == "linear")
        #expect(recipe.agent.value("learning", "normalise_advantages") == "true")
        #expect(recipe.agent.value("sampling", "episodes") == "whole")
        #expect(recipe.gateway.value("aggregation", "momentum") == "0.3")
        #expect(recipe.gateway.value("aggregation", "step_size") == "0.02")
        #expect(recipe.gateway.value("aggregation", "step_size_schedule") == "linear")
        #expect(recipe.gateway.value("policy", "log_std_initial") == "0")
    }

    @Test("Hopper and Walker2d send natural gradients, which the gateway does not divide by their norm")
    func walkers() throws {
        for name in ["hopper", "walker2d"] {
            let recipe = try #require(Recipe.named(name))
            #expect(recipe.needsPlugin)
            #expect(recipe.agent.value("learning", "direction") == "natural")
            #expect(recipe.agent.value("learning", "baseline") == "critic")
            #expect(recipe.agent.value("sampling", "episodes") == "continued")
            #expect(recipe.gateway.value("aggregation", "normalise_direction") == "false")
            #expect(recipe.gateway.value("policy", "observation_normalisation") == "true")
        }
    }

    @Test("every task of the issue has a recipe, each once")
    func all() {
        let names = Recipe.all.map(\.environment)
        #expect(Set(names).count == names.count)
        for name in [
            "swimmer", "hopper", "walker2d", "half-cheetah", "humanoid", "cartpole", "pendulum", "acrobot",
            "mountain-car-continuous", "inverted-pendulum", "reacher",
        ] {
            #expect(names.contains(name), "\(name)")
        }
    }

    @Test("a plan follows the recipe, and the budget follows the flags")
    func plan() throws {
        var options = TrainingOptions(environment: try EnvironmentChoice(name: "swimmer"))
        var plan = try RunPlan(options)
        #expect(plan.updates == 240)
        let gateway = plan.gatewaySettings()
        #expect(gateway.value("policy", "distribution") == "gaussian")
        #expect(gateway.value("policy", "observation_count") == "8")
        #expect(gateway.value("policy", "action_count") == "2")
        #expect(gateway.value("federation", "agents_min") == "4")
        #expect(gateway.value("aggregation", "step_size_horizon") == "240")

        options.agents = 8
        options.stepsPerAgent = 10_500
        plan = try RunPlan(options)
        #expect(plan.updates == 88)
        options.updates = 17
        plan = try RunPlan(options)
        #expect(plan.updates == 17)
        #expect(plan.gatewaySettings().value("federation", "updates_max") == "17")
    }

    @Test("in cooperative navigation every agent is told which learner it is, and the budget counts rounds")
    func learners() throws {
        var options = TrainingOptions(environment: try EnvironmentChoice(name: "cooperative-navigation"))
        options.agents = 3
        options.updates = nil
        var plan = try RunPlan(options)
        let all = "learners=3 scales=1.0000,0.3162,0.1000 shift=0.3"
        #expect(plan.options.environment.options == all, "evaluated with the sum of all rewards")
        #expect(plan.updates == UInt64(plan.recipe.updatesPerAgent))
        #expect(plan.rule == "lapg")
        #expect(plan.gatewaySettings().value("policy", "observation_count") == "18")
        #expect(plan.gatewaySettings().value("policy", "action_count") == "6")
        for number in 1...3 {
            let settings = plan.agentSettings(number, endpoint: "tcp://127.0.0.1:9")
            #expect(settings.value("environment", "options") == all + " learner=\(number)")
            #expect(settings.value("learning", "normalise_advantages") == "false")
        }
        try options.overrides.add("gateway.aggregation.rule=afedpg")
        try options.overrides.add("agent-2.environment.options=learners=3 learner=2 scales=9,9,9")
        plan = try RunPlan(options)
        #expect(plan.updates == UInt64(3 * plan.recipe.updatesPerAgent))
        #expect(
            plan.agentSettings(2, endpoint: "tcp://127.0.0.1:9").value("environment", "options")
                == "learners=3 learner=2 scales=9,9,9")
    }

    @Test("agents of one run differ in name, key, state and seed, and agree on the policy with the gateway")
    func agents() throws {
        var options = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
        try options.overrides.add("gateway.policy.hidden=8")
        let plan = try RunPlan(options)
        let first = plan.agentSettings(1, endpoint: "tcp://127.0.0.1:9")
        let second = plan.agentSettings(2, endpoint: "tcp://127.0.0.1:9")
        let keys = [("agent", "name"), ("agent", "state_directory"), ("agent", "seed"), ("keys", "key_file")]
        for (section, key) in keys {
            #expect(first.value(section, key) != nil)
            #expect(first.value(section, key) != second.value(section, key), "\(section).\(key)")
        }
        #expect(first.value("policy", "hidden") == "8")
        #expect(first.value("gateway", "endpoint") == "tcp://127.0.0.1:9")
    }
}
