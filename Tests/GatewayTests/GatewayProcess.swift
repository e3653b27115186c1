import Foundation

/// The real program, as a shell would start it.
final class GatewayProcess {
    let process = Process()
    let events: EventReader
    private let errors = Pipe()

    init(_ arguments: [String], in folder: TestFolder) throws {
        let output = Pipe()
        events = EventReader(output.fileHandleForReading)
        process.executableURL = try Self.program()
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Waits for the end; the exit code, and what was said on stderr.
    func end() -> (code: Int32, errors: String) {
        let data = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// The program lies beside the bundle of the tests.
    private static func program() throws -> URL {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("lapwing-gateway")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
