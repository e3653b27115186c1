import Foundation
import Testing

@testable import Training

@Suite("Which environment a command works with")
struct EnvironmentChoiceTests {
    /// A folder with a file by the name of the MuJoCo plug-in, which choosing does not open.
    private func withBinaries(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "binaries-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data().write(to: folder.appending(path: "liblapwing-mujoco.so"))
        try body(folder)
    }

    @Test("the MuJoCo plug-in is told the models' folder, and then what else there is to tell")
    func models() throws {
        try withBinaries { folder throws in
            func told(_ options: String?) throws -> String {
                try EnvironmentChoice(name: "hopper", models: "/models", binaries: folder, options: options).options
            }
            #expect(try told(nil) == "models=/models")
            #expect(try told("sensors=either") == "models=/models;sensors=either")
            #expect(try told("models=/others;sensors=either") == "models=/others;sensors=either")
        }
    }

    @Test("a plug-in of one's own is told what was said, or the models' folder; a built-in task what was said")
    func others() throws {
        #expect(try EnvironmentChoice(name: "own", plugin: "/own.so", models: "/m", options: "a=1").options == "a=1")
        #expect(try EnvironmentChoice(name: "own", plugin: "/own.so", models: "/m").options == "models=/m")
        #expect(try EnvironmentChoice(name: "cartpole", models: "/m").options.isEmpty)
    }

    @Test("more that is told comes after it, as the task takes its words apart")
    func tell() throws {
        var builtIn = try EnvironmentChoice(name: "cooperative-navigation", options: "learners=3")
        builtIn.tell("learner=2")
        #expect(builtIn.options == "learners=3 learner=2")
        var plugin = try EnvironmentChoice(name: "own", plugin: "/own.so", options: "models=/m")
        plugin.tell("sensors=reversed")
        #expect(plugin.options == "models=/m;sensors=reversed")
    }
}
