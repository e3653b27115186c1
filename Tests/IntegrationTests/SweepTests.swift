import Foundation
import Testing

@testable import Training

/// `lapwing sweep` and `lapwing codec` from the outside.
@Suite("lapwing sweep and lapwing codec", .serialized, .timeLimit(.minutes(4)))
struct SweepTests {
    static func arguments(_ sweeps: URL, _ installation: URL, seeds: Int, updates: Int = 8) -> [String] {
        [
            "sweep", "--environment", "cartpole", "--agents", "2", "--updates", "\(updates)", "--codec",
            "dense-float16,uniform", "--bits", "4", "--skip-threshold", "0", "--seeds", "\(seeds)", "--parallel", "2",
            "--name", "tiny", "--sweeps", sweeps.path, "--bin-dir", installation.path, "--evaluation-episodes", "2",
            "--set", "agent.sampling.batch_steps=100", "--set", "gateway.policy.hidden=64 64",
        ]
    }

    static func lines(_ url: URL) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("a grid is run once, tabulated and drawn; more seeds add to it, and nothing is run twice")
    func grid() throws {
        let sweeps = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [sweeps, installation] { try? FileManager.default.removeItem(at: url) } }
        let first = try Programs.run(
            Programs.lapwing, Self.arguments(sweeps, installation, seeds: 1), seconds: 90)
        try #require(first.status == 0, "\(first.errors)")
        #expect(first.lastLine.hasPrefix("cartpole: 3 cells, 3 of 3 runs"))
        let folder = sweeps.appending(path: "cartpole__tiny")
        #expect(try Self.lines(folder.appending(path: "table.csv")).count == 4)
        let runs = try Self.lines(folder.appending(path: "runs.csv"))
        #expect(runs.count == 4)
        for name in ["table.md", "return-bytes.png", "return-bytes.svg", "return-bytes.gp"] {
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: name).path), "\(name)")
        }
        let second = try Programs.run(
            Programs.lapwing, Self.arguments(sweeps, installation, seeds: 2), seconds: 90)
        try #require(second.status == 0, "\(second.errors)")
        #expect(second.errors.contains("3 of 6 runs are there already"))
        #expect(second.errors.matches(of: /\[\d\/6\]/).count == 3, "the other three are run\n\(second.errors)")
        let again = try Self.lines(folder.appending(path: "runs.csv"))
        #expect(Set(again).isSuperset(of: runs), "what was there is as it was")
        let packed = try Self.lines(folder.appending(path: "table.csv"))[2...3].map { line in
            Double(line.split(separator: ",", omittingEmptySubsequences: false).dropLast(2).last ?? "") ?? 0
        }
        #expect(packed[0] > 1.5 && packed[1] > 3, "float16 and 4 bits are smaller on the wire: \(packed)")
    }

    @Test("Ctrl-C ends a sweep in good order, with nothing left behind, and the same command goes on")
    func interruption() throws {
        let sweeps = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [sweeps, installation] { try? FileManager.default.removeItem(at: url) } }
        let arguments = Self.arguments(sweeps, installation, seeds: 1, updates: 1_000_000)
        let sweep = try Running(Programs.lapwing, arguments)
        let cells = sweeps.appending(path: "cartpole__tiny/cells")
        func running() -> [RunFolder] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: cells.path)) ?? []
            return names.map { RunFolder(url: cells.appending(path: "\($0)/latest").resolvingSymlinksInPath()) }
                .filter { FileManager.default.fileExists(atPath: $0.returns.path) }
        }
        #expect(
            wait(seconds: 30) {
                running().count == 2 && running().allSatisfy { TrainTests.processes(in: $0).count > 2 }
            })
        let folders = running()
        sweep.send(SIGINT)
        let outcome = try sweep.outcome(seconds: 40)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lastLine.contains("0 of 3 runs"))
        #expect(outcome.lastLine.contains("interrupted"))
        for folder in folders { try TrainTests.expectNoProgramLeft(in: folder) }
    }

    @Test("a configuration that makes no sense is refused before anything is run")
    func refusal() throws {
        let sweeps = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: sweeps) }
        let arguments = ["sweep", "--environment", "cartpole", "--codec", "ternary", "--sweeps", sweeps.path]
        let feedback = try Programs.run(Programs.lapwing, arguments + ["--feedback", "error"])
        #expect(feedback.status == 78)
        #expect(feedback.lastError.contains("feedback") && feedback.lastError.contains("ternary"))
        let key = try Programs.run(Programs.lapwing, arguments + ["--set", "uplink.bitz=3"])
        #expect(key.status == 78)
        #expect(key.lastError.contains("bitz"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: sweeps.path).isEmpty)
    }

    @Test("codec prints what a file's vector costs and loses, for people and as JSON")
    func codec() throws {
        let folder = try Programs.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "gradient.f32")
        let vector = (0..<4096).map { Float(sin(Double($0) * 0.7)) }
        try vector.withUnsafeBytes { Data($0) }.write(to: file)
        let text = try Programs.run(Programs.lapwing, ["codec", "--codec", "uniform", "--bits", "4", file.path])
        #expect(text.status == 0, "\(text.errors)")
        #expect(text.output.contains("uniform, 4 bits"))
        struct Envelope: Decodable {
            struct Result: Decodable {
                let elements: Int
                let bytes: Double
                let bits_per_element: Double
                let bias: Double
                let bias_by_chance: Double
                let omega: Double
            }
            let command: String
            let result: Result
        }
        let json = try Programs.run(
            Programs.lapwing,
            ["codec", "--codec", "uniform", "--bits", "4", "--draws", "400", "--format", "json", file.path])
        let report = try JSONDecoder().decode(Envelope.self, from: Data(json.output.utf8))
        #expect(report.command == "codec")
        #expect(report.result.elements == 4096)
        #expect(report.result.bits_per_element > 4 && report.result.bits_per_element < 4.5)
        #expect(report.result.omega > 0 && report.result.omega < 0.02)
        #expect(report.result.bias < 2 * report.result.bias_by_chance, "uniform is unbiased")
        let missing = try Programs.run(Programs.lapwing, ["codec", "--codec", "sign", "/proc/none"])
        #expect(missing.status == 66)
    }
}
