import Bounded
import Testing

/// The closed forms against MuJoCo itself, through the plug-in.
@Suite struct ClosedFormTests {
    /// Half-widths of the states that are drawn; the limited joints' reach beyond their stops.
    struct Case: Sendable, CustomTestStringConvertible {
        let task: String
        let positions: [Double]
        let velocities: [Double]
        var testDescription: String { task }
    }

    static let cases = [
        Case(task: "swimmer", positions: [1, 1, 3.2, 1.76, 1.76], velocities: [2, 2, 4, 6, 6]),
        Case(task: "inverted-pendulum", positions: [1.02, 1.6], velocities: [3, 5]),
    ]

    @Test("one step from any state agrees with MuJoCo to round-off, stops included", arguments: cases)
    func oneStepAgrees(_ example: Case) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = RandomGenerator(seed: seed)
        let closed = try OpenedEnvironment(example.task)
        let mujoco = try Locations.openMuJoCo(example.task)
        var worst = 0.0
        var touched = [0, 0]
        for _ in 0..<2_000 {
            let (state, stops) = randomState(example, &generator)
            touched[min(stops, 1)] += 1
            let action = closed.randomAction(&generator, scale: 1.2)
            worst = max(worst, worstDifference(try closed.setState(state), try mujoco.setState(state)))
            let a = try closed.step(action)
            let b = try mujoco.step(action)
            worst = max(worst, worstDifference(closed.observation, mujoco.observation))
            worst = max(worst, worstDifference([a.reward], [b.reward]))
            #expect(a.terminated == b.terminated, "seed \(seed)")
        }
        #expect(worst < 1e-9, "seed \(seed), worst difference \(worst)")
        #expect(touched[0] > 100 && touched[1] > 100, "seed \(seed): too few states inside or beyond the stops")
    }

    @Test("a hundred steps agree with MuJoCo but for the growth of round-off", arguments: cases)
    func trajectoryAgrees(_ example: Case) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = RandomGenerator(seed: seed)
        let closed = try OpenedEnvironment(example.task)
        let mujoco = try Locations.openMuJoCo(example.task)
        let steps = example.task == "swimmer" ? 100 : 20
        for _ in 0..<10 {
            let episode = generator.next()
            // The same seed starts both in the same state.
            #expect(try closed.reset(seed: episode) == mujoco.reset(seed: episode))
            for _ in 0..<steps {
                let action = closed.randomAction(&generator)
                _ = try closed.step(action)
                _ = try mujoco.step(action)
            }
            let difference = worstDifference(closed.observation, mujoco.observation)
            #expect(difference < 1e-8, "seed \(seed), difference \(difference)")
        }
    }

    @Test("a closed form describes its task as MuJoCo's model does", arguments: cases)
    func describesAlike(_ example: Case) throws {
        let closed = try OpenedEnvironment(example.task).description
        let mujoco = try Locations.openMuJoCo(example.task).description
        #expect(closed.observationCount == mujoco.observationCount)
        #expect(closed.stateCount == mujoco.stateCount)
        #expect(closed.actionCount == mujoco.actionCount)
        #expect(closed.stepLimit == mujoco.stepLimit)
        #expect(closed.rewardThreshold == mujoco.rewardThreshold)
        for index in 0..<closed.actionCount {
            #expect(closed.actionLow(index) == mujoco.actionLow(index))
            #expect(closed.actionHigh(index) == mujoco.actionHigh(index))
        }
    }

    /// A state, and how many joints are beyond a stop; every second state has none.
    private func randomState(_ example: Case, _ generator: inout RandomGenerator) -> ([Double], Int) {
        let isInside = generator.below(2) == 0
        var stops = 0
        var state: [Double] = []
        for width in example.positions {
            let bound = isInside ? min(width, 0.9) : width
            // Near the end of the range as often as anywhere.
            let position =
                generator.below(2) == 0 || isInside
                ? generator.uniform(-bound, bound)
                : (bound - generator.uniform(0, 0.02)) * (generator.below(2) == 0 ? 1 : -1)
            state.append(position)
        }
        if example.task == "swimmer" {
            stops = (abs(state[3]) > 1.7453292519943295 ? 1 : 0) + (abs(state[4]) > 1.7453292519943295 ? 1 : 0)
        } else {
            stops = (abs(state[0]) > 1 ? 1 : 0) + (abs(state[1]) > Double.pi / 2 ? 1 : 0)
        }
        for width in example.velocities { state.append(generator.uniform(-width, width)) }
        return (state, stops)
    }
}
