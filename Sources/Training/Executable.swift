import Bounded
import Foundation

/// Finding the programs that a run starts.
enum Executable {
    /// The first program of that name on the PATH.
    static func onPath(_ name: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { access($0.path, X_OK) == 0 }
    }

    /// The running program.
    private static var own: URL? {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        return URL(fileURLWithPath: own)
    }

    /// The folder of the running program.
    static var ownFolder: URL? { own?.deletingLastPathComponent() }

    /// Whether the running program was built, or put where it is, after `file` was written: what is in the file may be
    /// what another program came to.
    static func isNewer(than file: URL) -> Bool { own.map { isNewer($0.path, than: file) } ?? false }

    /// The same of another file of code.
    static func isNewer(_ code: String, than file: URL) -> Bool {
        guard let built = modificationDate(URL(fileURLWithPath: code)), let written = modificationDate(file) else {
            return false
        }
        return built > written
    }

    private static func modificationDate(_ file: URL) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: file.path))?[.modificationDate] as? Date
    }

    /// The package that the running program was built in: .build/<triple>/<mode>/lapwing is four levels down.
    static var package: URL? {
        guard var folder = ownFolder else { return nil }
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) ? folder : nil
    }

    /// A file of the project's: in `explicit`, when that is given; otherwise beside the running program or, when that
    /// still lies in the package it was built in, in the package's Embedded build first; a program, last, on the PATH.
    ///
    /// **Throws:** `missingInput` with the places that were looked at.
    static func find(_ name: String, explicit: URL?, extraFolders: [URL] = []) throws(TrainingError) -> URL {
        var folders: [URL] = []
        if let explicit {
            folders = [explicit]
        } else if let own = ownFolder {
            folders = [own]
            // An ordinary build has an agent too, for tests of its parts; the real one is Embedded.
            if let package, name != "lapwing-gateway" {
                folders.insert(package.appending(path: ".build-embedded/release"), at: 0)
            }
        }
        folders += extraFolders
        for folder in folders {
            let candidate = folder.appending(path: name)
            if access(candidate.path, name.hasSuffix(".so") ? R_OK : X_OK) == 0 { return candidate }
        }
        if explicit == nil, let found = onPath(name) { return found }
        let places = folders.map(\.path).joined(separator: ", ")
        throw TrainingError(
            .missingInput, "\(name) was not found in \(places); build it (make build), or name its folder: --bin-dir")
    }
}
