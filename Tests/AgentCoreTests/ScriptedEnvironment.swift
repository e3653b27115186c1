import Foundation

@testable import AgentCore

/// The plug-in in `Tests/ScriptedEnvironment`, built once a test run.
enum ScriptedEnvironment {
    static let path: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let library = FileManager.default.temporaryDirectory
            .appendingPathComponent("lapwing-scripted-\(ProcessInfo.processInfo.processIdentifier).so")
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = [
            "cc", "-std=c11", "-O1", "-fPIC", "-shared", "-I", root.path + "/Sources/CEnvironment/include",
            root.path + "/Tests/ScriptedEnvironment/scripted_environment.c", "-o", library.path, "-lm",
        ]
        do {
            try compiler.run()
            compiler.waitUntilExit()
        } catch {
            return "no C compiler: \(error)"
        }
        return library.path
    }()

    /// A rig whose agent acts in it.
    static func rig(_ options: String, configure: (inout AgentSettings) -> Void = { _ in }) throws -> AgentRig {
        try AgentRig(environment: "scripted", plugin: path, options: options, configure: configure)
    }
}
