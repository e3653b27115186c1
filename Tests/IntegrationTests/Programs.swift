import Foundation

@testable import Training

/// The programs that these tests start, and how they ended.
enum Programs {
    /// What a program that has ended leaves.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The last line of the errors that is not empty: what a program says about its end.
        var lastError: String { errors.split(separator: "\n").last.map(String.init) ?? "" }
        /// The last line of the output.
        var lastLine: String { output.split(separator: "\n").last.map(String.init) ?? "" }
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// Where this build's gateway and command line program are.
    static let built = Executable.ownFolder ?? root.appending(path: ".build/debug")

    static var lapwing: URL { built.appending(path: "lapwing") }
    static var gateway: URL { built.appending(path: "lapwing-gateway") }
    static var agent: URL { root.appending(path: ".build-embedded/release/lapwing-agent") }
    static var plugin: URL { root.appending(path: ".build-embedded/release/liblapwing-mujoco.so") }
    static var python: URL { root.appending(path: ".cache/reference-python/bin/python") }

    /// A folder of its own for one test.
    static func temporaryFolder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "lw-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    /// A folder in which all three programs stand side by side, as an installation has them.
    static func installation() throws -> URL {
        let folder = try temporaryFolder()
        for program in [lapwing, gateway, agent] {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: program.lastPathComponent), withDestinationURL: program)
        }
        return folder
    }

    /// Runs a program to its end; one that takes longer than `seconds` is killed.
    static func run(
        _ program: URL, _ arguments: [String], in folder: URL? = nil, seconds: Double = 60
    ) throws -> Outcome {
        let running = try Running(program, arguments, in: folder)
        return try running.outcome(seconds: seconds)
    }
}

/// A program at work.
final class Running {
    private let process = Process()
    private let outputFile: URL
    private let errorFile: URL

    init(_ program: URL, _ arguments: [String], in folder: URL? = nil) throws {
        let files = try Programs.temporaryFolder()
        outputFile = files.appending(path: "output")
        errorFile = files.appending(path: "errors")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: outputFile.deletingLastPathComponent())
    }

    var isRunning: Bool { process.isRunning }
    var processIdentifier: pid_t { process.processIdentifier }
    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for its end.
    func outcome(seconds: Double = 60) throws -> Programs.Outcome {
        if !wait(seconds: seconds, until: { !self.process.isRunning }) { send(SIGKILL) }
        process.waitUntilExit()
        let status =
            process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
        return Programs.Outcome(status: status, output: output, errors: errors)
    }
}

/// Asks `condition` every 20 milliseconds; false when it was not met in time.
@discardableResult
func wait(seconds: Double, until condition: () -> Bool) -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while !condition() {
        if Date() > deadline { return false }
        usleep(20_000)
    }
    return true
}
