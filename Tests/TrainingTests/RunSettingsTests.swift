import Testing

@testable import Training

@Suite("Settings and overrides")
struct RunSettingsTests {
    @Test("a file has its sections in the order of their first key, each key once")
    func text() {
        var list: SettingList = [Setting("a", "x", "1"), Setting("b", "y", "2")]
        list.set("a", "z", 3)
        list.set("b", "y", "4")
        #expect(list.text(heading: "heading") == "; heading\n\n[a]\nx = 1\nz = 3\n\n[b]\ny = 4\n")
    }

    @Test("changes reach the gateway, all agents, or one agent, whose own change wins")
    func overrides() throws {
        var overrides = Overrides()
        try overrides.add("agent-2.learning.discount=0.5")
        try overrides.add("gateway.aggregation.step_size=0.01")
        try overrides.add("agent.learning.discount=0.9")
        try overrides.addForAgents("sampling.batch_steps = 200")
        var gateway: SettingList = [Setting("aggregation", "step_size", "0.02")]
        overrides.applyToGateway(&gateway)
        #expect(gateway.settings == [Setting("aggregation", "step_size", "0.01")])
        var first: SettingList = []
        overrides.applyToAgent(1, &first)
        #expect(first.value("learning", "discount") == "0.9")
        #expect(first.value("sampling", "batch_steps") == "200")
        var second: SettingList = []
        overrides.applyToAgent(2, &second)
        #expect(second.value("learning", "discount") == "0.5")
    }

    @Test("a change of the uplink reaches the gateway and every agent, one of the downlink the gateway alone")
    func compression() throws {
        var overrides = Overrides()
        try overrides.add("uplink.codec=ternary")
        try overrides.add("downlink.codec=lattice")
        var gateway: SettingList = []
        var agent: SettingList = []
        overrides.applyToGateway(&gateway)
        overrides.applyToAgent(3, &agent)
        #expect(gateway.settings == [Setting("uplink", "codec", "ternary"), Setting("downlink", "codec", "lattice")])
        #expect(agent.settings == [Setting("uplink", "codec", "ternary")])
    }

    @Test(
        "a change that names no program, section or value is refused",
        arguments: ["x=1", "learning.discount=1", "agent.discount=1", "gateway.a.b", "agent-0.a.b=1", "gateway.A.b=1"])
    func badOverride(text: String) {
        var overrides = Overrides()
        let error = #expect(throws: TrainingError.self) { try overrides.add(text) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains(text) == true)
    }

    @Test("options out of range are refused with the flag's name")
    func options() throws {
        func refusal(_ change: (inout TrainingOptions) throws -> Void) throws -> String {
            var options = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
            try change(&options)
            let error = #expect(throws: TrainingError.self) { try options.check() }
            #expect(error?.code == .usage)
            return error?.message ?? ""
        }
        #expect(try refusal { $0.agents = 0 }.contains("--agents"))
        #expect(try refusal { $0.agents = 100_000 }.contains("--agents"))
        #expect(try refusal { $0.updates = 0 }.contains("--updates"))
        #expect(try refusal { $0.stepsPerAgent = 0 }.contains("--steps-per-agent"))
        #expect(try refusal { $0.target = .nan }.contains("--target"))
        #expect(try refusal { $0.broadcast = "shout" }.contains("--broadcast"))
        #expect(try refusal { try $0.overrides.add("agent-5.a.b=1") }.contains("agent-5"))
    }
}
