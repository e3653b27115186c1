import Foundation
import Testing

@testable import Training

@Suite("Profiles")
struct ProfileTests {
    static let text = """
        # A profile.
        [uplink]
        codec = top-k ; the largest
        kept_fraction=0.01

        [downlink]
        codec = lattice
        """

    /// A folder with `name.conf`, for the length of `body`.
    static func withFolder(_ text: String = text, name: String = "small", _ body: (URL) throws -> Void) throws {
        let folder = RunFolderTests.temporaryFolder()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "\(name).conf"))
        try body(folder)
    }

    @Test("a name is found in the folder of profiles, a path as it is")
    func finding() throws {
        try Self.withFolder { folder in
            for name in ["small", folder.appending(path: "small.conf").path] {
                let profile = try Profile(named: name, folder: folder)
                #expect(profile.name == name)
                #expect(profile.settings.value("uplink", "codec") == "top-k")
                #expect(profile.settings.value("uplink", "kept_fraction") == "0.01")
                #expect(profile.settings.value("downlink", "codec") == "lattice")
            }
            let unknown = #expect(throws: TrainingError.self) { try Profile(named: "large", folder: folder) }
            #expect(unknown?.code == .missingInput)
            #expect(unknown?.message.contains("the profiles are small") == true)
            let missing = #expect(throws: TrainingError.self) { try Profile(named: "./none.conf", folder: folder) }
            #expect(missing?.code == .missingInput)
        }
    }

    @Test("a section that is no business of a profile is refused with file and key")
    func foreignSection() throws {
        try Self.withFolder("[learning]\ndiscount = 0.5\n") { folder in
            let error = #expect(throws: TrainingError.self) { try Profile(named: "small", folder: folder) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("[learning] discount") == true)
        }
    }

    @Test("a line that is neither section nor key is refused with its number", arguments: ["codec", "[up link]", "=3"])
    func badLine(line: String) throws {
        try Self.withFolder("[uplink]\n\(line)\n") { folder in
            let error = #expect(throws: TrainingError.self) { try Profile(named: "small", folder: folder) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("small.conf:2") == true)
        }
    }

    @Test("a plan has the recipe's keys, then the profile's, then the command line's")
    func plan() throws {
        try Self.withFolder { folder in
            var options = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
            options.profile = try Profile(named: "small", folder: folder)
            try options.overrides.add("uplink.kept_fraction=0.5")
            let plan = try RunPlan(options)
            let gateway = plan.gatewaySettings()
            #expect(gateway.value("uplink", "codec") == "top-k")
            #expect(gateway.value("uplink", "kept_fraction") == "0.5")
            #expect(gateway.value("downlink", "codec") == "lattice")
            let agent = plan.agentSettings(1, endpoint: "tcp://127.0.0.1:9")
            #expect(agent.value("uplink", "kept_fraction") == "0.5")
            #expect(agent.value("downlink", "codec") == nil)
        }
    }

    @Test("what only the gateway works out reaches no agent, whose configuration is accepted")
    func gatewayKeys() throws {
        let text = "[uplink]\nskip_rule = lapg\nmirror = float32\nskip_threshold = 0.2\nskip_history = 5\n"
        try Self.withFolder(text) { folder in
            var options = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
            options.profile = try Profile(named: "small", folder: folder)
            try options.overrides.add("uplink.skip_history=7")
            let plan = try RunPlan(options)
            let gateway = plan.gatewaySettings()
            #expect(gateway.value("uplink", "skip_threshold") == "0.2")
            #expect(gateway.value("uplink", "skip_history") == "7")
            let agent = plan.agentSettings(1, endpoint: "tcp://127.0.0.1:9")
            #expect(agent.value("uplink", "skip_rule") == "lapg")
            #expect(agent.value("uplink", "skip_threshold") == nil)
            #expect(agent.value("uplink", "skip_history") == nil)
            let file = folder.appending(path: "agent.conf")
            try agent.text(heading: "").write(to: file, what: "a configuration")
            #expect(try EffectiveConfiguration.agent(file).contains("skip_rule = lapg"))
        }
    }

    @Test("a run folder holds a copy of its profile")
    func copy() throws {
        try Self.withFolder { folder in
            var options = TrainingOptions(environment: try EnvironmentChoice(name: "cartpole"))
            options.profile = try Profile(named: "small", folder: folder)
            let run = try RunFolder.create(in: folder, environment: "cartpole", name: "x", seed: 1)
            try RunPlan(options).copyProfile(to: run)
            #expect(try String(contentsOf: run.profile, encoding: .utf8) == Self.text)
        }
    }

}
