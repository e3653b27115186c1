import Foundation
import Testing

/// Every task against Gymnasium itself: the same states, the same actions.
@Suite struct GymnasiumComparisonTests {
    /// A line of scripts/reference-environment.
    struct Line: Decodable {
        let state: [Double]?
        let initial: [Double]?
        let action: [Double]
        let observation: [Double]
        let reward: Double
        let terminated: Bool
    }

    @Test("a MuJoCo task steps as Gymnasium's does", arguments: Locations.mujocoTasks)
    func mujocoAgrees(_ task: String) throws {
        try compare(task, with: try Locations.openMuJoCo(task), tolerance: 1e-9)
    }

    @Test("a built-in task steps as Gymnasium's does", arguments: Locations.builtInTasks)
    func builtInAgrees(_ task: String) throws {
        // Single precision may round the last bit of a libm's difference the other way.
        let isMechanical = task == "swimmer" || task == "inverted-pendulum"
        try compare(task, with: try OpenedEnvironment(task), tolerance: isMechanical ? 1e-7 : 1e-6)
    }

    private func compare(_ task: String, with environment: OpenedEnvironment, tolerance: Double) throws {
        let seed = Int.random(in: 1..<1_000_000)
        var worst = 0.0
        var count = 0
        for line in try reference(task, seed: seed) {
            if let state = line.state, let initial = line.initial {
                worst = max(worst, worstDifference(try environment.setState(state), initial))
            }
            let transition = try environment.step(line.action)
            #expect(environment.observation.count == line.observation.count)
            worst = max(worst, worstDifference(environment.observation, line.observation))
            worst = max(worst, worstDifference([transition.reward], [line.reward]))
            #expect(transition.terminated == line.terminated, "seed \(seed), step \(count)")
            count += 1
        }
        #expect(count == 240, "seed \(seed): Gymnasium gave \(count) steps")
        #expect(worst <= tolerance, "seed \(seed), worst difference \(worst)")
    }

    private func reference(_ task: String, seed: Int) throws -> [Line] {
        let python = Locations.package.appending(path: ".cache/reference-python/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Locations.Missing("no Python with gymnasium at \(python); run: scripts/setup-reference-python")
        }
        let script = Locations.package.appending(path: "scripts/reference-environment").path
        let output = try Command.run(
            python, [script, task, "--seed", String(seed), "--episodes", "6", "--steps", "40"])
        let decoder = JSONDecoder()
        return try output.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(Line.self, from: Data($0)) }
    }
}
