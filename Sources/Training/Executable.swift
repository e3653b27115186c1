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

    /// The folder of the running program.
    static var ownFolder: URL? {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        return URL(fileURLWithPath: own).deletingLastPathComponent()
    }

    /// A file of the project's, looked for in `explicit` (then nowhere else), beside the running program, in the
    /// Embedded build of the package that it was built in, and for programs on the PATH.
    ///
    /// **Throws:** `missingInput` with the places that were looked at.
    static func find(_ name: String, explicit: URL?, extraFolders: [URL] = []) throws(TrainingError) -> URL {
        var folders: [URL] = []
        if let explicit {
            folders = [explicit]
        } else if let own = ownFolder {
            folders = [own]
            // .build/<triple>/<mode>/lapwing: the package is three folders up.
            var package = own
            for _ in 0..<3 { package.deleteLastPathComponent() }
            for build in [".build-embedded", ".build"] {
                folders.append(package.appending(path: "\(build)/release"))
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
            .missingInput, "\(name) was not found in \(places); build it (make build) or name its folder with --bin-dir")
    }
}
