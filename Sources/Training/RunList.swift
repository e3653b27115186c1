import Foundation

/// The runs of a folder.
public struct RunList {
    /// One run folder.
    public struct Run: Encodable {
        /// The folder's name.
        public let name: String
        /// Its summary; nil while it goes on, or when it was killed.
        public let summary: RunSummary?
    }

    /// Oldest first.
    public let runs: [Run]

    /// Reads every run folder in `folder`.
    public init(folder: URL) throws(TrainingError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw TrainingError(.missingInput, "\(folder.path): there is no such folder; name it with --runs")
        }
        func stamp(_ name: String) -> Substring { name.suffix(16) }
        runs = names.filter { $0.wholeMatch(of: /.+__.+__\d+__\d{8}T\d{6}Z/) != nil }
            .sorted { (stamp($0), $0) < (stamp($1), $1) }
            .map { name in
                Run(name: name, summary: try? RunSummary(reading: RunFolder(url: folder.appending(path: name)).summary))
            }
    }

    /// For a person.
    public var text: String {
        guard !runs.isEmpty else { return "no runs" }
        return runs.map { run in
            run.summary.map { $0.line(folder: run.name) } ?? "\(run.name): no summary"
        }.joined(separator: "\n")
    }
}
