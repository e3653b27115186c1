import Foundation

/// A ready set of compression settings: a file of `[uplink]` and `[downlink]` keys, read after everything else but
/// what the command line changes.
public struct Profile: Sendable {
    /// What it was asked for by: `balanced`, or a path.
    public let name: String
    /// The file.
    public let url: URL
    /// Its keys.
    public let settings: SettingList

    /// The variable that names a folder of profiles.
    static let folderVariable = "LAPWING_PROFILES"
    private static let sections: Set<String> = ["uplink", "downlink"]

    /// Finds and reads the profile `name`: a path (it has a slash, or ends in `.conf`), or the name of a file in a
    /// folder of profiles.
    ///
    /// Those folders are, in this order: `folder` alone when it is given; otherwise what `LAPWING_PROFILES` names,
    /// `profiles` and `edge-config/profiles` beside the program, `share/lapwing/profiles` beside its folder, and
    /// `edge-config/profiles` of the package that the program was built in and of the present folder.
    ///
    /// **Throws:** `missingInput` with the places that were looked at and the names that are there; `configuration`
    /// for a line or a section that a profile cannot have.
    public init(named name: String, folder: URL? = nil) throws(TrainingError) {
        self.name = name
        url = try Self.find(name, in: folder.map { [$0] } ?? Self.folders)
        settings = try SettingList(reading: url)
        for setting in settings.settings where !Self.sections.contains(setting.section) {
            throw TrainingError(
                .configuration,
                "\(url.path): [\(setting.section)] \(setting.key): a profile has [uplink] and [downlink] only")
        }
    }

    /// What the gateway is told.
    var gateway: SettingList { settings }
    /// What every agent is told: the downlink is the gateway's alone, and so are some keys of the uplink.
    var agent: SettingList { settings.only(["uplink"], but: Self.gatewayKeys) }

    /// Keys of `[uplink]` that an `agent.conf` does not have: the gateway works out the gate's right side.
    static let gatewayKeys: Set<String> = ["skip_threshold", "skip_history"]

    private static var folders: [URL] {
        var folders: [URL] = []
        if let named = ProcessInfo.processInfo.environment[folderVariable], !named.isEmpty {
            folders.append(URL(fileURLWithPath: named))
        }
        if let own = Executable.ownFolder {
            folders += ["profiles", "edge-config/profiles", "../share/lapwing/profiles"].map {
                own.appending(path: $0).standardizedFileURL
            }
        }
        let present = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        folders += [Executable.package, present].compactMap { $0?.appending(path: "edge-config/profiles") }
        var seen: Set<String> = []
        return folders.filter { seen.insert($0.standardizedFileURL.path).inserted }
    }

    private static func find(_ name: String, in folders: [URL]) throws(TrainingError) -> URL {
        if name.contains("/") || name.hasSuffix(".conf") {
            let url = URL(fileURLWithPath: name)
            guard FileManager.default.isReadableFile(atPath: url.path) else {
                throw TrainingError(.missingInput, "--profile \(name): there is no such file, or it may not be read")
            }
            return url
        }
        for folder in folders {
            let url = folder.appending(path: "\(name).conf")
            if FileManager.default.isReadableFile(atPath: url.path) { return url }
        }
        let known = Set(folders.flatMap { names(in: $0) }).sorted().joined(separator: ", ")
        let places = folders.map(\.path).joined(separator: ", ")
        throw TrainingError(
            .missingInput,
            known.isEmpty
                ? "--profile \(name): no profile of that name in \(places); name its file, or its folder: --profiles"
                : "--profile \(name): the profiles are \(known); or name a file")
    }

    private static func names(in folder: URL) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".conf") }.map { String($0.dropLast(5)) }
    }
}
