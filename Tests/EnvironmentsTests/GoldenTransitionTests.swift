import Testing

/// Transitions recorded from Gymnasium 0.29.1 (MuJoCo 2.3.7 for the two mechanical tasks).
@Suite struct GoldenTransitionTests {
    struct Step: Sendable {
        let action: [Double]
        let observation: [Double]
        let reward: Double
    }

    struct Recording: Sendable, CustomTestStringConvertible {
        let task: String
        let state: [Double]
        let steps: [Step]
        var testDescription: String { task }
    }

    static let recordings = [
        Recording(
            task: "cartpole", state: [0.01, -0.02, 0.03, 0.04],
            steps: [
                Step(action: [1], observation: [0.00960000046, 0.17467919, 0.0307999998, -0.243068725], reward: 1),
                Step(action: [0], observation: [0.0130935842, -0.020868849, 0.0259386264, 0.0591679998], reward: 1),
                Step(action: [1], observation: [0.0126762073, 0.173871771, 0.0271219853, -0.225219578], reward: 1),
            ]),
        Recording(
            task: "pendulum", state: [1, -0.5],
            steps: [
                Step(action: [1.5], observation: [0.525234938, 0.850957274, 0.356103241], reward: -1.02725),
                Step(action: [-2.5], observation: [0.495382518, 0.868674934, 0.694321215], reward: -1.0526083),
            ]),
        Recording(
            task: "acrobot", state: [0.1, -0.05, 0.02, 0.03],
            steps: [
                Step(
                    action: [2],
                    observation: [
                        0.996992826, 0.0774938837, 0.999989808, 0.00451519387, -0.237733915, 0.50175482,
                    ], reward: -1),
                Step(
                    action: [0],
                    observation: [
                        0.999331534, 0.0365584195, 0.997394025, 0.0721466169, -0.162117511, 0.157638595,
                    ], reward: -1),
            ]),
        Recording(
            task: "mountain-car-continuous", state: [-0.5, 0],
            steps: [
                Step(action: [1], observation: [-0.498676836, 0.00132315699], reward: -0.1),
                Step(action: [-0.3], observation: [-0.497990429, 0.000686416693], reward: -0.009),
            ]),
        Recording(
            task: "swimmer", state: [0, 0, 0.05, -0.02, 0.03, 0.01, -0.02, 0.03, 0.04, -0.05],
            steps: [
                Step(
                    action: [0.5, -0.25],
                    observation: [
                        0.0359681670752, 0.0114614349611, 0.00189827691898, -0.021207861223, 0.742949527583,
                        -0.716567564449, 1.50376579058, -1.33009299675,
                    ], reward: -0.00586865974825),
                Step(
                    action: [1, 1],
                    observation: [
                        -0.00666015659655, 0.0833675079245, -0.0311711652099, -0.0119164409488, 1.27835150702,
                        -1.38501626851, 2.05262549269, -0.325492111234,
                    ], reward: -0.022446963788),
                Step(
                    action: [-1, 0.3],
                    observation: [
                        -0.0307150599872, 0.10757657004, -0.00108550614144, 0.0169915093504, -0.245296957947,
                        0.137994233165, -0.763252320388, 1.76984919109,
                    ], reward: 0.00978895688247),
            ]),
        Recording(
            task: "inverted-pendulum", state: [0.005, -0.004, 0.002, 0.003],
            steps: [
                Step(
                    action: [0.5],
                    observation: [0.00841151427061, -0.011620123057, 0.168126911497, -0.380134865614], reward: 1),
                Step(
                    action: [-1],
                    observation: [0.00844937724282, -0.0111871988864, -0.16504636751, 0.391037197852], reward: 1),
            ]),
    ]

    @Test("a built-in task repeats the transitions recorded from Gymnasium", arguments: recordings)
    func repeatsRecording(_ recording: Recording) throws {
        let environment = try OpenedEnvironment(recording.task)
        try environment.setState(recording.state)
        for step in recording.steps {
            let transition = try environment.step(step.action)
            // The recordings have nine digits for single precision, twelve for double.
            #expect(closeEnough(environment.observation, step.observation, to: 2e-9))
            #expect(closeEnough([transition.reward], [step.reward], to: 1e-9))
            #expect(!transition.ended)
        }
    }
}

/// Whether numbers agree to `tolerance`, absolute below 1 and relative above.
func closeEnough(_ found: [Double], _ expected: [Double], to tolerance: Double) -> Bool {
    found.count == expected.count && worstDifference(found, expected) <= tolerance
}

/// The largest difference, absolute below 1 and relative above; infinite when something is not a number.
func worstDifference(_ found: [Double], _ expected: [Double]) -> Double {
    var worst = 0.0
    for (a, b) in zip(found, expected) {
        let difference = abs(a - b) / max(1, abs(b))
        if !(difference <= worst) { worst = difference.isNaN ? .infinity : difference }
    }
    return worst
}
