import Foundation

/// A file of the repository: its path from the root, and its text.
struct SourceFile {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var isSwift: Bool { path.hasSuffix(".swift") }

    /// `Wire` of `Sources/Wire/Update.swift`; empty outside `Sources`.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : ""
    }
}

/// What a rule has to say about one line.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// The repository that these tests were built from.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every file below `folder` whose name ends in one of `extensions`, in the order of their paths.
    static func files(in folder: String, extensions: Set<String>) throws -> [SourceFile] {
        let base = root.appending(path: folder)
        guard let walker = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var found: [SourceFile] = []
        for case let name as String in walker {
            guard extensions.contains((name as NSString).pathExtension), !name.contains("/.") else { continue }
            found.append(try file("\(folder)/\(name)"))
        }
        return found.sorted { $0.path < $1.path }
    }

    static func file(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    /// Every file that git tracks or would track, as text; binary files are left out.
    static func trackedFiles() throws -> [SourceFile] {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-files", "--cached", "--others", "--exclude-standard"]
        git.standardOutput = output
        try git.run()
        let names = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        return names.split(separator: "\n").compactMap { try? file(String($0)) }
    }
}
