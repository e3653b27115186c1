import Foundation
import Testing
import Training

@testable import Simulation

@Suite("Kinds of devices")
struct DeviceFileTests {
    private func file(_ text: String) throws -> DeviceFile {
        let url = FileManager.default.temporaryDirectory.appending(path: "devices-\(UUID().uuidString).conf")
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(text.utf8).write(to: url)
        return try DeviceFile(reading: url)
    }

    @Test("agents get the kinds in the order of the file, and the last kind is repeated")
    func kinds() throws {
        var options = try RecordedFederation.options(agents: 4)
        options.upLatencyMilliseconds = AgentValues(7)
        options.devices = try file(
            "[workstation]\nagents = 2\n\n[board]\nslowness = 4.3\nup_latency_ms = 40\nmessage_seconds = 2\n")
        #expect((1...4).map { options.profile(of: $0).slowness } == [1, 1, 4.3, 4.3])
        #expect((1...4).map { options.profile(of: $0).up.latencyMilliseconds } == [7, 7, 40, 40])
        #expect((1...4).map { options.profile(of: $0).up.messageSeconds } == [0, 0, 2, 2])
        #expect((1...4).map { options.profile(of: $0).down.messageSeconds } == [0, 0, 0, 0])
    }

    @Test("a kind of which nothing is said is one agent as the flags describe it")
    func emptyKind() throws {
        var options = try RecordedFederation.options(agents: 4)
        options.devices = try file("; kinds\n[workstation] ; one\n\n[rpi4]\nslowness = 4.3 ; times\n")
        #expect((1...4).map { options.profile(of: $0).slowness } == [1, 4.3, 4.3, 4.3])
    }

    @Test("a key that comes twice in a kind is refused with its line")
    func repeatedKey() {
        let error = #expect(throws: TrainingError.self) { try file("[board]\nagents = 2\nagents = 3\n") }
        #expect(error?.message.hasSuffix(":3: agents: this is there already") == true)
    }

    @Test("a kind that comes twice is refused with both lines")
    func repeatedKind() {
        let error = #expect(throws: TrainingError.self) {
            try file("[board]\nagents = 2\n[other]\n[board]\nslowness = 4\n")
        }
        #expect(error?.message.hasSuffix(":4: [board] is in line 1 already; give this kind another name") == true)
    }

    @Test("a kind's environments are told more than the others")
    func environmentOptions() throws {
        var options = try RecordedFederation.options(agents: 3)
        options.training.environment = try EnvironmentChoice(name: "cooperative-navigation", options: "learners=3")
        options.devices = try file("[usual]\nagents = 2\n[other]\nenvironment_options = shift=1\n")
        let plan = try SimulationPlan(options)
        #expect(
            (1...3).map { plan.run.agentSettings($0, endpoint: "").value("environment", "options") }
                == ["learners=3 learner=1", "learners=3 learner=2", "learners=3 learner=3 shift=1"])
        #expect(plan.options.text(evaluateEvery: 1).contains("environment_options = shift=1"))
    }

    @Test(
        "what no device has is refused with line, key and value",
        arguments: [
            ("[board]\nspeed = 2\n", "speed = 2"), ("[board]\nslowness = 0\n", "slowness = 0"),
            ("[board]\nagents = 0\n", "agents = 0"), ("[board]\nagents = x\n", "agents = x"),
        ])
    func refusals(text: String, named: String) {
        let error = #expect(throws: TrainingError.self) { try file(text) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(":2: \(named): ") == true)
    }

    @Test("a slow link makes agents wait longer before they send again")
    func timeouts() throws {
        var options = try RecordedFederation.options(agents: 2)
        options.messageSeconds = try AgentValues(parsing: "0,10", flag: "", range: 0...10)
        let plan = try SimulationPlan(options)
        #expect(plan.run.agentSettings(1, endpoint: "").value("uplink", "resend_interval_ms") == nil)
        #expect(plan.run.agentSettings(2, endpoint: "").value("uplink", "resend_interval_ms") == "30000")
    }
}
