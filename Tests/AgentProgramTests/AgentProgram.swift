import Foundation
import Testing

/// The real program, as `make agent` builds it.
enum AgentProgram {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `.build-embedded/release/lapwing-agent`, or what LAPWING_AGENT names.
    static let path: String = {
        ProcessInfo.processInfo.environment["LAPWING_AGENT"]
            ?? root.appendingPathComponent(".build-embedded/release/lapwing-agent").path
    }()

    /// Fails with what to do when there is no program.
    static func require() throws {
        struct Missing: Error, CustomStringConvertible {
            let description: String
        }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "no \(path): run `make agent` first (`make test` does)")
        }
    }

    /// Runs to the end.
    static func run(_ arguments: [String], in folder: URL? = nil) throws -> AgentProcess {
        let process = try AgentProcess(arguments, in: folder)
        process.waitUntilExit()
        return process
    }
}

/// One running `lapwing-agent`.
final class AgentProcess {
    private let process = Process()
    private let outputFile: URL
    private let errorFile: URL

    init(_ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]) throws {
        try AgentProgram.require()
        let folder = folder ?? FileManager.default.temporaryDirectory
        let name = UUID().uuidString
        outputFile = folder.appendingPathComponent("out-\(name)")
        errorFile = folder.appendingPathComponent("err-\(name)")
        for file in [outputFile, errorFile] {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.executableURL = URL(fileURLWithPath: AgentProgram.path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: outputFile)
        try? FileManager.default.removeItem(at: errorFile)
    }

    var isRunning: Bool { process.isRunning }
    var identifier: Int32 { process.processIdentifier }
    func waitUntilExit() { process.waitUntilExit() }
    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// The exit code; 128 and the signal's number after a signal; -1 while it runs.
    var exitCode: Int32 {
        guard !process.isRunning else { return -1 }
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errorLines: [String] {
        ((try? String(contentsOf: errorFile, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// The last of the JSON lines on stderr that tell of `event`.
    func status(_ event: String) -> [String: Any]? {
        for line in errorLines.reversed() where line.hasPrefix("{") {
            if let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                object["event"] as? String == event
            {
                return object
            }
        }
        return nil
    }

    /// A line such as `VmHWM` of the process's status, in bytes.
    func memory(_ key: String) -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
                .flatMap { Int($0) }.map { $0 * 1_024 }
        }
        return nil
    }
}
