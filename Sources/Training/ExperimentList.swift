import Foundation

/// The experiments that have descriptions.
public struct ExperimentList {
    /// One of them.
    public struct Entry: Encodable {
        /// What `lapwing experiment` calls it.
        public let name: String
        /// One line.
        public let title: String
        /// The settings that its arms are compared in.
        public let panels: [String]
        /// The methods that are compared.
        public let arms: [String]
        /// Runs that it asks for; trials are not counted.
        public let runs: Int
    }

    /// By name.
    public let entries: [Entry]

    /// Reads every description of a folder.
    ///
    /// **Throws:** `missingInput` without the folder, and what reading a description throws.
    public init(folder: URL) throws(TrainingError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw TrainingError(.missingInput, "\(folder.path): there is no such folder; name it with --experiments")
        }
        entries = try names.filter { $0.hasSuffix(".conf") }.sorted().map { name throws(TrainingError) in
            let description = try ExperimentDescription(reading: folder.appending(path: name))
            return Entry(
                name: description.name, title: description.title,
                panels: description.panels.map(\.label).filter { !$0.isEmpty }, arms: description.arms.map(\.label),
                runs: description.panels.reduce(0) {
                    $0 + description.arms(in: $1).count * description.seeds(of: $1).count
                })
        }
    }

    /// For a person.
    public var text: String {
        guard !entries.isEmpty else { return "no experiments" }
        return entries.map { entry in
            let panels = entry.panels.isEmpty ? "" : " (\(entry.panels.joined(separator: "; ")))"
            return "\(entry.name): \(entry.title)\(panels); \(entry.arms.count) arms, \(entry.runs) runs"
        }.joined(separator: "\n")
    }

    /// The folder of descriptions: `experiments` here or in the package that the program was built in.
    public static var usualFolder: URL {
        let here = URL(fileURLWithPath: "experiments")
        guard !FileManager.default.fileExists(atPath: here.path), let package = Executable.package else { return here }
        return package.appending(path: "experiments")
    }
}
