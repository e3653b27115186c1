import Bounded
import Foundation
import Testing

@testable import Training

/// The referees, judged from outside by references written here from the formulas.
@Suite("Referees", .timeLimit(.minutes(3)))
struct RefereeTests {
    struct State: Decodable {
        let version: Int
        let agent: Int
        let delay: Int
        let theta: [Double]
        let theta_tilde: [Double]
        let d: [Double]
    }

    @Test(
        "replay follows a plain double-precision AFedPG over 1,000 arrivals with delays up to 16, to 1e-5",
        arguments: ["constant", "linear", "harmonic", "power"])
    func replay(schedule: String) throws {
        let folder = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let count = 20
        let etas = (base: 0.05, horizon: 400.0, fraction: 0.2, exponent: 0.7)
        func eta(_ k: Int) -> Double {
            switch schedule {
            case "linear": etas.base * (1 - (1 - etas.fraction) * min(Double(k) / etas.horizon, 1))
            case "harmonic": etas.base * etas.horizon / (etas.horizon + Double(k))
            case "power": etas.base * pow(2 / Double(k + 2), etas.exponent)
            default: etas.base
            }
        }
        func alpha(_ k: Int) -> Double { schedule == "power" ? 0.9 * pow(2 / Double(k + 2), 0.3) : 0.3 }
        let momentum = schedule == "power" ? "0.9\nmomentum_schedule = power\nmomentum_exponent = 0.3" : "0.3"
        try Data(
            """
            [aggregation]
            rule = afedpg
            step_size = \(etas.base)
            step_size_schedule = \(schedule)
            step_size_horizon = \(etas.horizon)
            step_size_final_fraction = \(etas.fraction)
            step_size_exponent = \(etas.exponent)
            momentum = \(momentum)
            """.utf8
        ).write(to: folder.appending(path: "gateway.conf"))

        var random = RandomGenerator(seed: 77)
        var theta = (0..<count).map { _ in random.normal() }
        var d = (0..<count).map { _ in random.normal() }
        var lines = ["{\"theta\":\(theta),\"d\":\(d)}"]
        var expected: [(delay: Int, theta: [Double], tilde: [Double], d: [Double])] = []
        for k in 0..<1_000 {
            let base = max(0, k - random.below(17))
            // Single precision, as on the wire.
            let gradient = (0..<count).map { _ in Double(Float(random.normal())) }
            lines.append("{\"agent\":\(k % 5),\"base_version\":\(base),\"gradient\":\(gradient)}")
            let a = alpha(base)
            for i in 0..<count { d[i] = (1 - a) * d[i] + a * gradient[i] }
            let norm = d.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let previous = theta
            for i in 0..<count { theta[i] += eta(k) * d[i] / norm }
            let tilde = (0..<count).map { theta[$0] + (1 - a) / a * (theta[$0] - previous[$0]) }
            expected.append((k - base, theta, tilde, d))
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: "arrivals.jsonl"))
        let outcome = try Programs.run(
            Programs.lapwing,
            ["replay", "--rule", "afedpg", "--config", "gateway.conf", "--arrivals", "arrivals.jsonl"], in: folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let states = try outcome.output.split(separator: "\n").map {
            try JSONDecoder().decode(State.self, from: Data($0.utf8))
        }
        try #require(states.count == 1_000)
        var worst = 0.0
        for (k, (state, reference)) in zip(states, expected).enumerated() {
            #expect(state.version == k + 1 && state.agent == k % 5 && state.delay == reference.delay)
            let pairs = [
                (state.theta, reference.theta), (state.theta_tilde, reference.tilde), (state.d, reference.d),
            ]
            for (found, wanted) in pairs {
                for (x, y) in zip(found, wanted) { worst = max(worst, abs(x - y) / max(abs(y), 1e-3)) }
            }
        }
        #expect(worst < 1e-9, "worst relative difference \(worst)")
    }

    @Test("trace prints what Gymnasium's CartPole does from a given state")
    func trace() throws {
        let folder = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("1\n[0]\n".utf8).write(to: folder.appending(path: "actions.jsonl"))
        let outcome = try Programs.run(
            Programs.lapwing,
            [
                "environment", "trace", "--environment", "cartpole", "--state", #"{"state":[0.01,0.02,0.03,0.04]}"#,
                "--actions", "actions.jsonl",
            ], in: folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
        struct Step: Decodable {
            let observation: [Double]
            let reward: Double
            let terminated: Bool
            let truncated: Bool
        }
        let steps = try outcome.output.split(separator: "\n").map {
            try JSONDecoder().decode(Step.self, from: Data($0.utf8))
        }
        // CartPole's equations (Barto, Sutton and Anderson 1983) with Gymnasium's constants, one explicit Euler step.
        var (x, xDot, angle, angleDot) = (0.01, 0.02, 0.03, 0.04)
        for (step, force) in zip(steps, [10.0, -10.0]) {
            let common = (force + 0.05 * angleDot * angleDot * sin(angle)) / 1.1
            let angular = (9.8 * sin(angle) - cos(angle) * common)
                / (0.5 * (4.0 / 3.0 - 0.1 * cos(angle) * cos(angle) / 1.1))
            let linear = common - 0.05 * angular * cos(angle) / 1.1
            (x, xDot, angle, angleDot) = (
                x + 0.02 * xDot, xDot + 0.02 * linear, angle + 0.02 * angleDot, angleDot + 0.02 * angular
            )
            for (found, wanted) in zip(step.observation, [x, xDot, angle, angleDot]) {
                #expect(abs(found - wanted) < 1e-6)
            }
            #expect(step.reward == 1 && !step.terminated && !step.truncated)
        }
        #expect(steps.count == 2)
    }

    @Test("policy gradient is the sum of scores times discounted rewards to go, divided by the steps")
    func gradient() throws {
        let folder = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        // A linear softmax policy: the score of an action is (1 − p) and −p times the observation.
        let weights: [Float] = [0.3, -0.2, 0.1, 0.4, 0.05, -0.05]
        let policy = try LinearSoftmax(weights: weights).file()
        try policy.write(to: folder.appending(path: "p.lapwing"))
        let observations = [[0.5, -1.0], [0.25, 0.75], [-0.5, 0.125]]
        let actions = [0, 1, 1]
        let rewards = [1.0, 0.5, 2.0]
        let lines = zip(observations, zip(actions, rewards)).map { observation, rest in
            "{\"observation\":\(observation),\"action\":\(rest.0),\"reward\":\(rest.1),"
                + "\"terminated\":false,\"truncated\":false}"
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "t.jsonl"))
        let outcome = try Programs.run(
            Programs.lapwing,
            [
                "policy", "gradient", "--policy", "p.lapwing", "--trajectory", "t.jsonl", "--estimator",
                "reward-to-go", "--discount", "0.9",
            ], in: folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
        struct Result: Decodable {
            let steps: Int
            let gradient: [Double]
        }
        let result = try JSONDecoder().decode(Result.self, from: Data(outcome.output.utf8))
        #expect(result.steps == 3)
        var expected = [Double](repeating: 0, count: 6)
        for t in 0..<3 {
            let toGo = (t..<3).reduce(0.0) { $0 + pow(0.9, Double($1 - t)) * rewards[$1] }
            let score = LinearSoftmax(weights: weights).score(observations[t], action: actions[t])
            for i in 0..<6 { expected[i] += score[i] * toGo / 3 }
        }
        for (found, wanted) in zip(result.gradient, expected) {
            #expect(abs(found - wanted) < 1e-5, "\(result.gradient) against \(expected)")
        }
    }

    @Test(
        "a bad line is named with file and line, and the exit code is 65",
        arguments: [
            (#"{"theta":[0,1]}"# + "\n" + #"{"agent":1,"base_version":0,"gradient":[1]}"#, ":2:"),
            (#"{"theta":[0,1]}"# + "\n\n" + #"{"agent":1,"base_version":0,"gradient":[1,"a"]}"#, ":3:"),
            (#"{"theta":[0,1]}"# + "\n" + #"{"agent":1,"gradient":[1,2]}"#, ":2:"),
            (#"{"agent":1,"base_version":0,"gradient":[1]}"#, ":1:"),
            ("nonsense", ":1:"),
            (#"{"theta":[0,1],"d":[1]}"#, ":1:"),
        ])
    func badArrivals(text: String, place: String) throws {
        let folder = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("[aggregation]\nstep_size = 0.1\n".utf8).write(to: folder.appending(path: "g.conf"))
        try Data(text.utf8).write(to: folder.appending(path: "a.jsonl"))
        let outcome = try Programs.run(
            Programs.lapwing, ["replay", "--config", "g.conf", "--arrivals", "a.jsonl"], in: folder)
        #expect(outcome.status == 65)
        #expect(outcome.lastError.contains("a.jsonl\(place)"), "\(outcome.lastError)")
    }
}
