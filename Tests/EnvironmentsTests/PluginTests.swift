import Bounded
import Environments
import Foundation
import Testing

/// The plug-in interface from a C author's side, and every way in which a plug-in can be wrong.
@Suite struct PluginTests {
    private static let faulty = "Tests/Fixtures/environment-plugins/faulty.c"

    @Test("the example plug-in in C builds from the header alone and steps")
    func exampleWorks() throws {
        let library = try Command.compilePlugin("examples/environment-plugin/point_mass.c")
        defer { try? FileManager.default.removeItem(atPath: library) }
        let environment = try OpenedEnvironment("point-mass", plugin: library, options: "mass=2")
        #expect(environment.description.name.text == "point-mass")
        #expect(environment.description.stepLimit == 100)
        #expect(environment.description.rewardThreshold.isNaN)
        #expect(try environment.setState([1, 0.5]) == [1, 0.5])
        let transition = try environment.step([1])
        #expect(closeEnough(environment.observation, [1.055, 0.55], to: 1e-12))
        #expect(closeEnough([transition.reward], [-1.055 * 1.055 - 0.01], to: 1e-12))
    }

    @Test("a plug-in's refusal to open keeps its own words")
    func openRefused() throws {
        let library = try Command.compilePlugin("examples/environment-plugin/point_mass.c")
        defer { try? FileManager.default.removeItem(atPath: library) }
        #expect(
            message { _ = try OpenedEnvironment("point-mass", plugin: library, options: "mass=heavy") }
                == #"the plug-in did not open "point-mass": options are not mass=KILOGRAMS: mass=heavy"#)
    }

    @Test("a missing plug-in is named, with how to build one")
    func missing() {
        #expect(
            message { _ = try OpenedEnvironment("hopper", plugin: "/nowhere/liblapwing-mujoco.so") }
                == "the environment plug-in is missing or unreadable: /nowhere/liblapwing-mujoco.so; "
                + "correct `plugin`, or build the MuJoCo one: swift build --product lapwing-mujoco")
    }

    @Test("a file that is no library is refused with the loader's reason")
    func noLibrary() {
        let text = message { _ = try OpenedEnvironment("hopper", plugin: "/etc/hostname") }
        #expect(text.contains("did not load: /etc/hostname: ") && text.contains("built for this machine"))
    }

    @Test("a library that is no plug-in is refused")
    func noPlugin() {
        let text = message { _ = try OpenedEnvironment("hopper", plugin: "libm.so.6") }
        #expect(text.hasPrefix("not an environment plug-in: libm.so.6 (no symbol lapwing_environment_plugin); "))
    }

    @Test(
        "a faulty plug-in is refused with its fault",
        arguments: [
            ("FAULT_VERSION", "the environment plug-in has interface version 42, this program 1: "),
            ("FAULT_TABLE", "faulty environment plug-in: an entry of its table is NULL: "),
            ("FAULT_NULL", "faulty environment plug-in: it returns no table: "),
            ("FAULT_SHAPE", "faulty environment plug-in: an observation or state of impossible size: "),
            ("FAULT_RANGE", "faulty environment plug-in: an action with an empty range: "),
            ("FAULT_OPEN", #"the plug-in did not open "first": no such device: /dev/robot"#),
        ])
    func faultsAreNamed(_ fault: String, _ expected: String) throws {
        let library = try Command.compilePlugin(Self.faulty, defining: [fault])
        defer { try? FileManager.default.removeItem(atPath: library) }
        let text = message { _ = try OpenedEnvironment("first", plugin: library, options: "/dev/robot") }
        #expect(text.hasPrefix(expected))
        #expect(try openCount(library) == 0, "what was opened is closed")
    }

    @Test("an unknown task is answered with the known ones")
    func unknownTask() throws {
        let library = try Command.compilePlugin(Self.faulty)
        defer { try? FileManager.default.removeItem(atPath: library) }
        #expect(
            message { _ = try OpenedEnvironment("third", plugin: library) }
                == #"the plug-in has no environment named "third"; known: first, second"#)
    }

    @Test("a failing step keeps the plug-in's words, and a reset heals it")
    func stepFails() throws {
        let library = try Command.compilePlugin(Self.faulty, defining: ["FAULT_STEP"])
        defer { try? FileManager.default.removeItem(atPath: library) }
        let environment = try OpenedEnvironment("first", plugin: library)
        _ = try environment.reset(seed: 1)
        _ = try environment.step([0])
        _ = try environment.step([0])
        #expect(message { _ = try environment.step([0]) }.contains("failed: the motor is on fire; reset it"))
        _ = try environment.reset(seed: 1)
        #expect(try environment.step([0]).reward == 1)
    }

    @Test(
        "numbers that are none never leave a step",
        arguments: [("FAULT_OBSERVATION", "non-finite observation"), ("FAULT_REWARD", "non-finite reward")])
    func divergence(_ fault: String, _ expected: String) throws {
        let library = try Command.compilePlugin(Self.faulty, defining: [fault])
        defer { try? FileManager.default.removeItem(atPath: library) }
        let environment = try OpenedEnvironment("first", plugin: library)
        _ = try environment.reset(seed: 1)
        _ = try environment.step([0])
        _ = try environment.step([0])
        #expect(message { _ = try environment.step([0]) }.contains(expected))
    }

    @Test("a task without a state says so, and an environment is closed with its instance")
    func stateAndClose() throws {
        let library = try Command.compilePlugin(Self.faulty)
        defer { try? FileManager.default.removeItem(atPath: library) }
        do {
            let environment = try OpenedEnvironment("first", plugin: library)
            #expect(try openCount(library) == 1)
            #expect(
                message { try environment.setState([0]) }
                    == #"the environment "first" cannot be put into a state; use an environment with a settable state"#)
        }
        #expect(try openCount(library) == 0)
    }

    @Test("the MuJoCo plug-in names a missing model file and what to run")
    func missingModel() throws {
        let text = message {
            _ = try OpenedEnvironment("hopper", plugin: Locations.mujocoPlugin, options: "models=/nowhere")
        }
        #expect(
            text == #"the plug-in did not open "hopper": no model file /nowhere/hopper.xml; "#
                + "run scripts/fetch-mujoco-models, or correct models=")
    }

    @Test(
        "the MuJoCo plug-in refuses options that it does not know",
        arguments: [
            "", "model=/x", "models=", "models=/x;y=1",
            "models=/x;sensors=", "models=/x;sensors=usual", "models=/x;sensors=reversed;y=1",
            "models=/x;sensors=reversedly",
        ])
    func unknownOptions(_ options: String) throws {
        let text = message { _ = try OpenedEnvironment("hopper", plugin: Locations.mujocoPlugin, options: options) }
        #expect(text.contains("models=DIRECTORY"))
    }

    @Test("reversed sensors change every sign and say so", arguments: ["hopper", "humanoid", "reacher"])
    func sensors(_ task: String) throws {
        let usual = try Locations.openMuJoCo(task)
        let straight = try Locations.openMuJoCo(task, options: ";sensors=straight")
        let reversed = try Locations.openMuJoCo(task, options: ";sensors=either;sensors=reversed;")
        #expect(straight.description.observationCount == usual.description.observationCount + 1)
        let seed = UInt64.random(in: 0 ... .max)
        #expect(try straight.reset(seed: seed) == usual.reset(seed: seed) + [0], "seed \(seed)")
        #expect(try reversed.reset(seed: seed) == usual.observation.map { -$0 } + [1], "seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        for _ in 0..<20 {
            let action = usual.randomAction(&generator)
            let transition = try usual.step(action)
            #expect(try straight.step(action) == transition, "seed \(seed)")
            #expect(try reversed.step(action) == transition, "seed \(seed)")
            #expect(straight.observation == usual.observation + [0], "seed \(seed)")
            #expect(reversed.observation == usual.observation.map { -$0 } + [1], "seed \(seed)")
        }
    }

    @Test("either kind of sensors is drawn for each episode, and the start does not depend on it")
    func eitherSensors() throws {
        let usual = try Locations.openMuJoCo("hopper")
        let either = try Locations.openMuJoCo("hopper", options: ";sensors=either")
        var reversed = 0
        for seed in 1...100 as ClosedRange<UInt64> {
            let start = try usual.reset(seed: seed)
            let seen = try either.reset(seed: seed)
            let isReversed = seen.last == 1
            #expect(seen == (isReversed ? start.map { -$0 } + [1] : start + [0]))
            reversed += isReversed ? 1 : 0
            _ = try either.step([0, 0, 0])
            #expect(either.observation.last == seen.last)
        }
        #expect((30...70).contains(reversed))
    }

    @Test("the MuJoCo plug-in refuses a broken model, and another task's model")
    func wrongModel() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "hopper.xml")
        try Data("<mujoco><worldbody><body>".utf8).write(to: file)
        let options = "models=\(folder.path)"
        let open = { _ = try OpenedEnvironment("hopper", plugin: Locations.mujocoPlugin, options: options) }
        let broken = message(open)
        #expect(broken.contains(file.path) && !broken.contains("\n"))
        try FileManager.default.removeItem(at: file)
        try FileManager.default.copyItem(
            at: URL(filePath: Locations.mujocoModels).appending(path: "swimmer.xml"), to: file)
        #expect(message(open).contains("not the model of this task; fetch the models anew"))
    }

    @Test("the plug-in as Embedded Swift steps as the ordinary one does", arguments: Locations.mujocoTasks)
    func embeddedBuild(_ task: String) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = RandomGenerator(seed: seed)
        let ordinary = try Locations.openMuJoCo(task)
        let embedded = try Locations.openMuJoCo(task, plugin: Locations.embeddedMujocoPlugin)
        #expect(try ordinary.reset(seed: seed) == embedded.reset(seed: seed), "seed \(seed)")
        for _ in 0..<50 {
            let action = ordinary.randomAction(&generator)
            #expect(try ordinary.step(action) == embedded.step(action), "seed \(seed)")
            #expect(ordinary.observation == embedded.observation, "seed \(seed)")
        }
    }

    @Test("the plug-in as Embedded Swift needs no Swift library")
    func embeddedBuildIsAlone() throws {
        let needed = String(
            decoding: try Command.run("/usr/bin/env", ["ldd", Locations.embeddedMujocoPlugin]), as: UTF8.self)
        #expect(needed.contains("libmujoco") && !needed.contains("swift"))
    }

    /// The one-line text of the error that `body` throws.
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func openCount(_ library: String) throws -> Int32 {
        guard let handle = dlopen(library, RTLD_NOW), let symbol = dlsym(handle, "open_count") else { return -1 }
        return symbol.load(as: Int32.self)
    }
}
