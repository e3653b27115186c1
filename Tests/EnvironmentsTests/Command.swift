import Foundation

/// A program run to its end.
enum Command {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What it printed; its failure is an error with what it complained about.
    static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let complaints = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString).stderr")
        try Data().write(to: complaints)
        defer { try? FileManager.default.removeItem(at: complaints) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: (try? Data(contentsOf: complaints)) ?? Data(), as: UTF8.self)
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed: \(text)")
        }
        return data
    }

    /// Compiles a C plug-in into a new file, which the caller removes.
    static func compilePlugin(_ source: String, defining macros: [String] = []) throws -> String {
        let library = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString).so").path
        _ = try run(
            "/usr/bin/env",
            ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-shared"] + macros.map { "-D\($0)" } + [
                "-I", Locations.package.appending(path: "Sources/CEnvironment/include").path,
                Locations.package.appending(path: source).path, "-o", library, "-lm",
            ])
        return library
    }
}
