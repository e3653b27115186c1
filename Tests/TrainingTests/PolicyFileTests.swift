import Bounded
import Foundation
import PolicyStore
import Testing

@testable import Training

@Suite("Policy files")
struct PolicyFileTests {
    static func policy(
        normalised: Bool = true, distribution: String = "gaussian", seed: UInt64 = 3
    ) throws -> PolicyFile {
        let specification = StoredSpecification(
            distribution: distribution, observationCount: 4, actionCount: 2, hidden: [8, 6], logStdMinimum: -2.5,
            logStdMaximum: 2, observationNormalisation: normalised)
        var random = RandomGenerator(seed: seed)
        let theta = (0..<specification.parameterCount).map { _ in Float(random.uniform(-1, 1)) }
        let stored = StoredPolicy(
            version: 9, theta: theta, lookahead: theta,
            normaliserMean: normalised ? [0.5, 0, -1, 2] : [], normaliserScale: normalised ? [1, 2, 3, 4] : [])
        return try PolicyFile(
            environment: "cartpole", specification: specification, policy: stored,
            observation: [0.1, -0.2, 0.3, 0.4],
            provenance: PolicyFile.Provenance(
                run: "a__b__1__20260101T000000Z", version: 9, rule: "afedpg", seed: 1, configurationHash: "00ff"))
    }

    @Test("a file reads back as it was written", arguments: [true, false], ["gaussian", "softmax"])
    func roundTrip(normalised: Bool, distribution: String) throws {
        let file = try Self.policy(normalised: normalised, distribution: distribution)
        let again = try PolicyFile(decoding: file.encoded())
        #expect(again == file)
        #expect(try again.answersItsExample())
    }

    @Test("the first line names the format and its version")
    func magic() throws {
        #expect(try Self.policy().encoded().starts(with: Data("LAPWING-POLICY 1\n{".utf8)))
    }

    @Test("a flip of any bit, and any cut, is found")
    func damage() throws {
        let data = try Self.policy().encoded()
        for offset in stride(from: 0, to: data.count, by: 7) {
            var damaged = data
            damaged[damaged.startIndex + offset] ^= 1 << UInt8(offset % 8)
            #expect(throws: PolicyFile.Damage.self, "byte \(offset)") { try PolicyFile(decoding: damaged) }
        }
        for length in stride(from: 0, to: data.count, by: 11) {
            #expect(throws: PolicyFile.Damage.self, "\(length) bytes") { try PolicyFile(decoding: data.prefix(length)) }
        }
    }

    @Test("a parameter changed together with its checksum is found by the example")
    func example() throws {
        var file = try Self.policy()
        #expect(try file.answersItsExample())
        file.parameters[3] += 0.25
        #expect(try !file.answersItsExample())
    }

    @Test("a normaliser that was lost is found by the example")
    func lostNormaliser() throws {
        var file = try Self.policy()
        file.normaliserScale = [1, 1, 1, 1]
        #expect(try !file.answersItsExample())
    }

    @Test("another format version is told apart from damage")
    func futureVersion() throws {
        var data = try Self.policy().encoded()
        data[data.startIndex + 15] = UInt8(ascii: "2")
        let damage = #expect(throws: PolicyFile.Damage.self) { try PolicyFile(decoding: data) }
        #expect(damage?.text.contains("version") == true)
    }

    @Test("a policy evaluates on its task, and is refused on another")
    func evaluation() throws {
        let file = try Self.policy(normalised: false, distribution: "softmax")
        let choice = try EnvironmentChoice(name: "cartpole")
        let first = try Evaluation.run(file, in: choice, episodes: 3, seed: 5)
        #expect(first.returns.count == 3)
        #expect(first.returns == first.steps.map(Double.init), "CartPole pays one a step")
        #expect(try Evaluation.run(file, in: choice, episodes: 3, seed: 5) == first)
        #expect(try Evaluation.run(file, in: choice, episodes: 3, seed: 6) != first)
        let error = #expect(throws: TrainingError.self) {
            try Evaluation.run(file, in: EnvironmentChoice(name: "swimmer"), episodes: 1, seed: 1)
        }
        #expect(error?.code == .data)
        #expect(error?.message.contains("does not fit swimmer") == true)
    }

    @Test("mean and sample deviation are those of the textbook")
    func statistics() {
        let evaluation = Evaluation(returns: [1, 2, 3, 4], steps: [1, 1, 1, 1])
        #expect(evaluation.mean == 2.5)
        #expect(abs(evaluation.deviation - 1.290_994_448_735_805_6) < 1e-15)
        #expect(Evaluation(returns: [3], steps: [1]).deviation == 0)
    }
}
