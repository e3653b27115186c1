import Bounded
import CEnvironment
import Environments
import Testing

@Suite struct EnvironmentInstanceTests {
    /// Built-in tasks, then the plug-in's.
    static let everyTask =
        (Locations.builtInTasks + Locations.ownTasks).map { ($0, false) } + Locations.mujocoTasks.map { ($0, true) }

    private func open(_ task: String, _ isPlugin: Bool) throws -> OpenedEnvironment {
        isPlugin ? try Locations.openMuJoCo(task) : try OpenedEnvironment(task)
    }

    @Test("the same seed gives the same episode, whatever came before", arguments: everyTask)
    func sameSeedSameEpisode(_ task: String, _ isPlugin: Bool) throws {
        let seed = UInt64.random(in: 0 ... .max)
        let first = try open(task, isPlugin)
        let second = try open(task, isPlugin)
        var spoiler = RandomGenerator(seed: seed, stream: 1)
        _ = try second.reset(seed: seed &+ 1)
        for _ in 0..<20 { _ = try second.step(second.randomAction(&spoiler)) }

        var generator = RandomGenerator(seed: seed)
        #expect(try first.reset(seed: seed) == second.reset(seed: seed), "seed \(seed)")
        for _ in 0..<50 {
            let action = first.randomAction(&generator)
            #expect(try first.step(action) == second.step(action), "seed \(seed)")
            #expect(first.observation == second.observation, "seed \(seed)")
        }
        #expect(try first.reset(seed: seed) != first.reset(seed: seed &+ 1))
    }

    @Test("the same state gives the same future, whatever came before", arguments: everyTask)
    func sameStateSameFuture(_ task: String, _ isPlugin: Bool) throws {
        let seed = UInt64.random(in: 0 ... .max)
        let first = try open(task, isPlugin)
        let second = try open(task, isPlugin)
        var generator = RandomGenerator(seed: seed)
        _ = try second.reset(seed: seed)
        for _ in 0..<20 { _ = try second.step(second.randomAction(&generator)) }

        var state = (0..<first.description.stateCount).map { _ in generator.uniform(-0.1, 0.1) }
        if task == "humanoid" { (state[2], state[3]) = (1.4, 1) }
        if task == "hopper" || task == "walker2d" { state[1] = 1.25 }
        #expect(try first.setState(state) == second.setState(state), "seed \(seed)")
        for _ in 0..<30 {
            let action = first.randomAction(&generator)
            #expect(try first.step(action) == second.step(action), "seed \(seed)")
            #expect(first.observation == second.observation, "seed \(seed)")
        }
    }

    @Test(
        "an episode is truncated at Gymnasium's step limit and not before",
        arguments: [
            ("cartpole", 500), ("pendulum", 200), ("acrobot", 500), ("mountain-car-continuous", 999), ("swimmer", 1000),
            ("inverted-pendulum", 1000),
        ])
    func truncates(_ task: String, _ limit: Int) throws {
        let environment = try OpenedEnvironment(task)
        #expect(environment.description.stepLimit == limit)
        let idle = Array(repeating: 0.0, count: environment.description.actionNumbers)
        for _ in 0..<2 {
            _ = try environment.reset(seed: 3)
            for step in 1...limit {
                #expect(try environment.step(idle).truncated == (step == limit))
            }
        }
    }

    @Test("a MuJoCo episode is truncated after a thousand steps")
    func truncatesMuJoCo() throws {
        let environment = try Locations.openMuJoCo("swimmer")
        _ = try environment.reset(seed: 3)
        for step in 1...1000 { #expect(try environment.step([0, 0]).truncated == (step == 1000)) }
    }

    @Test("first states lie where Gymnasium draws them", arguments: Locations.builtInTasks)
    func firstStates(_ task: String) throws {
        let environment = try OpenedEnvironment(task)
        let bounds: [ClosedRange<Double>] =
            switch task {
            case "cartpole": Array(repeating: -0.05...0.05, count: 4)
            case "pendulum": [-1...1, -1...1, -1...1]
            case "acrobot": [0.99...1, -0.1...0.1, 0.99...1, -0.1...0.1, -0.1...0.1, -0.1...0.1]
            case "mountain-car-continuous": [-0.6 ... -0.4, 0...0]
            case "swimmer": Array(repeating: -0.1...0.1, count: 8)
            default: Array(repeating: -0.01...0.01, count: 4)
            }
        var sums = Array(repeating: 0.0, count: bounds.count)
        for seed in 0..<400 as Range<UInt64> {
            for (index, number) in try environment.reset(seed: seed).enumerated() {
                #expect(bounds[index].contains(number))
                sums[index] += number
            }
        }
        for (index, sum) in sums.enumerated() where task != "pendulum" && task != "acrobot" {
            let width = bounds[index].upperBound - bounds[index].lowerBound
            let middle = (bounds[index].upperBound + bounds[index].lowerBound) / 2
            #expect(abs(sum / 400 - middle) <= width * 0.08)
        }
    }

    @Test("an unknown built-in task is answered with the known ones, and where others are")
    func unknownTask() {
        #expect(throws: EnvironmentError.self) { try OpenedEnvironment("hoper") }
        do {
            _ = try OpenedEnvironment("hoper")
        } catch {
            #expect(
                "\(error)" == #"no built-in environment is named "hoper"; known: cartpole, pendulum, acrobot, "#
                    + "mountain-car-continuous, swimmer, inverted-pendulum, cooperative-navigation; "
                    + "others need a plug-in")
        }
    }

    @Test("a built-in task refuses options, wrong counts, and what is no action or state")
    func refusals() throws {
        func text(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(text { _ = try OpenedEnvironment("swimmer", options: "a=b") }.contains("takes no options; remove"))
        #expect(text { _ = try OpenedEnvironment("swimmer", limitBytes: 64) }.contains("raise memory_limit_bytes"))
        let swimmer = try OpenedEnvironment("swimmer")
        #expect(
            text { _ = try swimmer.step([0]) }
                == #""swimmer" takes 2 numbers as an action, not 1; give exactly as many"#)
        #expect(text { try swimmer.setState([0]) }.hasPrefix(#""swimmer" takes 10 numbers as a state, not 1"#))
        #expect(text { _ = try swimmer.step([.nan, 0]) }.contains("cannot take this action"))
        let endless = Array(repeating: Double.infinity, count: 10)
        #expect(text { try swimmer.setState(endless) }.contains("cannot take this state"))
        let cartPole = try OpenedEnvironment("cartpole")
        for action in [-1, 2, 0.5, Double.nan] {
            #expect(text { _ = try cartPole.step([action]) }.contains("cannot take this action"))
        }
    }

    @Test("a state beyond all reason ends in an error, not in a hang, and a reset heals it", arguments: everyTask)
    func wildStates(_ task: String, _ isPlugin: Bool) throws {
        let environment = try open(task, isPlugin)
        let action = Array(repeating: 1.0, count: environment.description.actionNumbers)
        for magnitude in [1e3, 1e6, 1e30, 1e150, 1e300] {
            for sign in [-1.0, 1.0] {
                let state = Array(repeating: sign * magnitude, count: environment.description.stateCount)
                do {
                    try environment.setState(state)
                    for _ in 0..<10 { _ = try environment.step(action) }
                } catch let error as EnvironmentError {
                    switch error {
                    case .notFinite, .failed: break
                    default: Issue.record("\(error)")
                    }
                }
                let healed = try environment.reset(seed: 7)
                #expect(try healed == open(task, isPlugin).reset(seed: 7))
                _ = try environment.step(action)
            }
        }
    }

    @Test("CartPole pays nothing beyond its end")
    func cartPoleBeyondEnd() throws {
        let environment = try OpenedEnvironment("cartpole")
        try environment.setState([2.39, 3, 0, 0])
        let end = try environment.step([1])
        #expect(end.terminated && end.reward == 1)
        #expect(try environment.step([1]).reward == 0)
    }

    @Test("the plug-ins' generator gives the numbers of Lapwing's own")
    func generatorsAgree() {
        let seed = UInt64.random(in: 0 ... .max)
        var own = RandomGenerator(seed: seed)
        var plugin = lapwing_random()
        lapwing_random_seed(&plugin, seed)
        for _ in 0..<100 {
            #expect(own.next() == lapwing_random_bits(&plugin), "seed \(seed)")
            #expect(own.uniform(-3, 5) == lapwing_random_uniform(&plugin, -3, 5), "seed \(seed)")
            #expect(abs(own.normal() - lapwing_random_normal(&plugin)) < 1e-12, "seed \(seed)")
        }
    }
}
