import Foundation

/// Runs a line of shell and returns what it printed; throws when it fails.
func shell(_ line: String) throws -> String {
    struct Failed: Error {
        let line: String
        let code: Int32
    }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(line: line, code: process.terminationStatus) }
    return String(decoding: data, as: UTF8.self)
}

/// The plug-in in `Tests/ScriptedEnvironment`.
enum ScriptedPlugin {
    static func build() throws -> String {
        let root = AgentProgram.root.path
        let library = FileManager.default.temporaryDirectory
            .appendingPathComponent("lapwing-scripted-program-\(ProcessInfo.processInfo.processIdentifier).so").path
        if !FileManager.default.fileExists(atPath: library) {
            _ = try shell(
                "cc -std=c11 -O1 -fPIC -shared -I '\(root)/Sources/CEnvironment/include' "
                    + "'\(root)/Tests/ScriptedEnvironment/scripted_environment.c' -o '\(library)' -lm")
        }
        return library
    }
}
