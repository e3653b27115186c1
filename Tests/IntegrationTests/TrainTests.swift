import Foundation
import Testing

@testable import Training

/// `lapwing train` from the outside: real processes, real sockets, seconds.
@Suite("lapwing train", .serialized, .timeLimit(.minutes(3)))
struct TrainTests {
    static func arguments(_ runs: URL, _ installation: URL, updates: Int, more: [String] = []) -> [String] {
        [
            "train", "--environment", "cartpole", "--agents", "2", "--updates", "\(updates)", "--seed", "5",
            "--name", "tiny", "--runs", runs.path, "--bin-dir", installation.path,
            "--agent-set", "sampling.batch_steps=200",
        ] + more
    }

    @Test("leaves the whole run folder, and says it in the last line")
    func endToEnd() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let outcome = try Programs.run(Programs.lapwing, Self.arguments(runs, installation, updates: 12))
        try #require(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lastLine.hasPrefix("cartpole: return "))
        #expect(outcome.output.split(separator: "\n").count == 1)

        let latest = RunFolder(url: runs.appending(path: "latest").resolvingSymlinksInPath())
        #expect(latest.name.wholeMatch(of: /cartpole__tiny__5__\d{8}T\d{6}Z/) != nil)
        let summary = try RunSummary(reading: latest.summary)
        #expect(summary.environment == "cartpole")
        #expect(summary.rule == "afedpg")
        #expect(summary.seed == 5)
        #expect(summary.exit == .budget)
        #expect(summary.policyVersion >= 12)
        #expect(summary.updatesApplied == summary.policyVersion)
        #expect(summary.agents.map(\.name) == ["agent-1", "agent-2"])
        #expect(summary.agents.allSatisfy { $0.updatesApplied > 0 }, "both agents took part")
        #expect(summary.agents.reduce(0) { $0 + $1.updatesApplied } == summary.updatesApplied)
        #expect(summary.steps >= 12 * 200)
        #expect(summary.bytesUp > 0 && summary.bytesDown > 0)
        #expect((summary.returnMean ?? 0) >= 8 && (summary.returnMean ?? 0) <= 500)

        let table = try String(contentsOf: latest.returns, encoding: .utf8).split(separator: "\n")
        #expect(table.count == Int(summary.updatesApplied) + 1)
        #expect(table.first.map(String.init) == ReturnsTable.heading)
        let policy = try PolicyFile.load(latest.policy)
        #expect(policy.provenance.version == summary.policyVersion)
        #expect(policy.provenance.run == latest.name)
        let effective = try String(contentsOf: latest.effectiveConfiguration, encoding: .utf8)
        #expect(effective.hasPrefix("# hash \(policy.provenance.configurationHash)\n"))
        for name in ["returns.png", "returns.svg", "returns.gp", "gateway.conf", "agent-2.conf", "logs/gateway.log"] {
            #expect(FileManager.default.fileExists(atPath: latest.url.appending(path: name).path), "\(name)")
        }
        for key in ["gateway.key", "agent-1.key", "agent-2.key"] {
            let mode = try FileManager.default.attributesOfItem(atPath: latest.keys.appending(path: key).path)
            #expect(mode[.posixPermissions] as? Int == 0o600, "\(key)")
        }
        try Self.checkOtherCommands(on: latest, runs: runs, summary: summary)
    }

    @Test("starts a validating agent of its own for Zeno++, and learns from the others alone")
    func validator() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let zeno = ["filter=zeno", "zeno_age_max=30", "zeno_epsilon=1"]
            .flatMap { ["--set", "gateway.aggregation." + $0] }
        let outcome = try Programs.run(Programs.lapwing, Self.arguments(runs, installation, updates: 20, more: zeno))
        try #require(outcome.status == 0, "\(outcome.errors)")
        let latest = RunFolder(url: runs.appending(path: "latest").resolvingSymlinksInPath())
        let summary = try RunSummary(reading: latest.summary)
        #expect(summary.exit == .budget)
        #expect(summary.agents.map(\.name) == ["agent-1", "agent-2"])
        #expect(summary.agents.reduce(0) { $0 + $1.updatesApplied } == summary.updatesApplied)
        #expect(summary.updatesApplied >= 20)
        let validator = try #require(summary.validator)
        #expect(validator.steps > 0 && validator.bytesUp > 0)
        #expect(validator.updatesApplied == 0)
        #expect(FileManager.default.fileExists(atPath: latest.url.appending(path: "logs/agent-3.log").path))
    }

    @Test("synchronous rounds with a gate: every agent is in every version, and some only with what it sent before")
    func rounds() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        var arguments = [
            "train", "--environment", "cooperative-navigation", "--agents", "3", "--updates", "8", "--seed", "3",
            "--name", "rounds", "--runs", runs.path, "--bin-dir", installation.path,
            "--set", "agent.sampling.batch_steps=200",
        ]
        let gate = [
            "mirror=float32", "skip_rule=lapg", "skip_noise_factor=4", "skip_chunks=4", "skip_action=reuse",
            "skip_rounds_max=3",
        ]
        for key in gate { arguments += ["--set", "gateway.uplink." + key, "--set", "agent.uplink." + key] }
        let outcome = try Programs.run(Programs.lapwing, arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")

        let latest = RunFolder(url: runs.appending(path: "latest").resolvingSymlinksInPath())
        let summary = try RunSummary(reading: latest.summary)
        #expect(summary.rule == "lapg" && summary.exit == .budget)
        #expect(summary.policyVersion == 8)
        #expect(summary.agents.map(\.updatesApplied) == [8, 8, 8], "every agent is in every version")
        #expect(summary.agents.allSatisfy { $0.stalenessMean == 0 })
        #expect(summary.steps == 8 * 3 * 200)
        let events = try String(contentsOf: latest.logs.appending(path: "gateway-events.jsonl"), encoding: .utf8)
            .split(separator: "\n").compactMap { GatewayEvent(line: String($0)) }
        let updates = events.compactMap { if case .update(let update) = $0 { update } else { nil } }
        #expect(updates.count == 24)
        #expect(updates.prefix(3).allSatisfy { $0.isReused != true }, "nobody has anything to reuse in the first round")
        #expect(updates.contains { $0.isReused == true }, "a wide gate keeps something back")
    }

    /// Evaluate, policy and runs, on a run that is there anyway.
    static func checkOtherCommands(on folder: RunFolder, runs: URL, summary: RunSummary) throws {
        let evaluation = try Programs.run(
            Programs.lapwing,
            ["evaluate", "--policy", folder.policy.path, "--episodes", "10", "--seed", "5", "--format", "json"])
        #expect(evaluation.status == 0, "\(evaluation.errors)")
        struct Envelope: Decodable {
            struct Result: Decodable {
                let return_mean: Double
                let returns: [Double]
            }
            let command: String
            let format_version: Int
            let result: Result
        }
        let report = try JSONDecoder().decode(Envelope.self, from: Data(evaluation.output.utf8))
        #expect(report.command == "evaluate")
        #expect(report.format_version == 1)
        #expect(report.result.returns.count == 10)
        #expect(report.result.return_mean == summary.returnMean, "the same policy, seed and episodes")

        let exported = folder.url.appending(path: "exported.lapwing")
        let export = try Programs.run(
            Programs.lapwing, ["policy", "export", "--store", folder.store.path, "--output", exported.path])
        #expect(export.status == 0, "\(export.errors)")
        let (again, original) = (try PolicyFile.load(exported), try PolicyFile.load(folder.policy))
        #expect(again.parameters == original.parameters)
        let shown = try Programs.run(Programs.lapwing, ["policy", "show", "--policy", exported.path])
        #expect(shown.output.contains("softmax 4-64-64-2"), "\(shown.output)\(shown.errors)")

        let list = try Programs.run(Programs.lapwing, ["runs", "list", "--runs", runs.path])
        #expect(list.output.contains(folder.name))
        #expect(list.output.split(separator: "\n").count == 1)
    }

    @Test("Ctrl-C ends a run in good order, and the summary says so")
    func interruption() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let train = try Running(Programs.lapwing, Self.arguments(runs, installation, updates: 1_000_000))
        let latest = RunFolder(url: runs.appending(path: "latest"))
        #expect(
            wait(seconds: 30) {
                let table = (try? String(contentsOf: latest.returns, encoding: .utf8)) ?? ""
                return table.split(separator: "\n").count > 4
            })
        train.send(SIGINT)
        let outcome = try train.outcome(seconds: 30)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let summary = try RunSummary(reading: latest.summary)
        #expect(summary.exit == .interrupted)
        #expect(summary.policyVersion > 0)
        #expect(summary.returnMean != nil)
        #expect(outcome.lastLine.contains("exit interrupted"))
        try Self.expectNoProgramLeft(in: latest)
    }

    @Test("a target stops the run before its budget")
    func target() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let outcome = try Programs.run(
            Programs.lapwing, Self.arguments(runs, installation, updates: 100_000, more: ["--target", "8"]))
        #expect(outcome.status == 0, "\(outcome.errors)")
        let summary = try RunSummary(reading: RunFolder(url: runs.appending(path: "latest")).summary)
        #expect(summary.exit == .target)
        #expect(summary.policyVersion < 100_000)
    }

    @Test("an agent that dies is named with the tail of its log, and everything else is stopped")
    func deadAgent() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let train = try Running(Programs.lapwing, Self.arguments(runs, installation, updates: 1_000_000))
        let latest = RunFolder(url: runs.appending(path: "latest"))
        var agent: pid_t?
        wait(seconds: 30) {
            agent = Self.processes(in: latest).first { $0.name == "lapwing-agent" }?.number
            return agent != nil
        }
        kill(try #require(agent), SIGKILL)
        let outcome = try train.outcome(seconds: 30)
        #expect(outcome.status == 70)
        #expect(outcome.lastError.contains("was ended by signal 9"), "\(outcome.errors)")
        #expect(outcome.lastError.contains("logs/agent-"))
        try Self.expectNoProgramLeft(in: latest)
    }

    @Test("the children of a killed run end with it")
    func killedRun() throws {
        let runs = try Programs.temporaryFolder()
        let installation = try Programs.installation()
        defer { for url in [runs, installation] { try? FileManager.default.removeItem(at: url) } }
        let train = try Running(Programs.lapwing, Self.arguments(runs, installation, updates: 1_000_000))
        let latest = RunFolder(url: runs.appending(path: "latest"))
        #expect(wait(seconds: 30) { Self.processes(in: latest).count == 3 })
        train.send(SIGKILL)
        #expect(wait(seconds: 15) { Self.processes(in: latest).isEmpty })
    }

    static func expectNoProgramLeft(in folder: RunFolder) throws {
        #expect(wait(seconds: 5) { processes(in: folder).isEmpty }, "a program of the run is left")
    }

    /// The programs whose working folder is a run's folder.
    static func processes(in folder: RunFolder) -> [(number: pid_t, name: String)] {
        let path = folder.url.resolvingSymlinksInPath().path
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return numbers.compactMap { number in
            guard let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/cwd"),
                place == path, let name = try? String(contentsOfFile: "/proc/\(number)/comm", encoding: .utf8)
            else { return nil }
            return (number, name.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
