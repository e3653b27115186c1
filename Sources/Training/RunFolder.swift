import Bounded
import Foundation

/// The folder of one run, `<environment>__<name>__<seed>__<utc>`, and the link `latest` beside it.
///
/// Everything that a run leaves is in it, under names that do not change. Its configuration files name each other by
/// relative paths, so the folder can be moved.
public struct RunFolder: Sendable {
    /// The folder itself.
    public let url: URL

    /// A folder that exists already.
    public init(url: URL) { self.url = url }

    /// The folder's name, which tells runs apart.
    public var name: String { url.lastPathComponent }

    /// The gateway's configuration.
    public var gatewayConfiguration: URL { url.appending(path: "gateway.conf") }
    /// The configuration of the `number`-th agent, from 1.
    public func agentConfiguration(_ number: Int) -> URL { url.appending(path: "agent-\(number).conf") }
    /// Every effective value of every program of the run, and the hash over all of it.
    public var effectiveConfiguration: URL { url.appending(path: "effective.conf") }
    /// A copy of the profile, when there was one; its keys are in the configurations too.
    public var profile: URL { url.appending(path: "profile.conf") }
    /// The secret keys, readable by the owner only.
    public var keys: URL { url.appending(path: "keys") }
    /// What the programs of the run had to say.
    public var logs: URL { url.appending(path: "logs") }
    /// The gateway's store.
    public var store: URL { url.appending(path: "store.sqlite") }
    /// One line for each applied update.
    public var returns: URL { url.appending(path: "returns.csv") }
    /// One line for each evaluation of a simulated run.
    public var curve: URL { url.appending(path: "curve.csv") }
    /// The outcome.
    public var summary: URL { url.appending(path: "summary.json") }
    /// The trained policy, θ of the last version.
    public var policy: URL { url.appending(path: "policy.lapwing") }

    /// What the run came to; nil until it has ended at its budget or target.
    var outcome: RunSummary? {
        guard let summary = try? RunSummary(reading: summary) else { return nil }
        return summary.exit == .budget || summary.exit == .target ? summary : nil
    }

    /// Whether what the run left is older than the running program, or its plug-in, which may come to something else.
    var isOld: Bool { Executable.isNewer(than: summary) || plugins.contains { Executable.isNewer($0, than: summary) } }

    /// The plug-ins that its agents act in, as its effective configuration names them.
    private var plugins: Set<String> {
        let text = (try? String(contentsOf: effectiveConfiguration, encoding: .utf8)) ?? ""
        let paths = text.split(separator: "\n").filter { $0.hasPrefix("plugin = /") }.map { $0.dropFirst(9) }
        return Set(paths.map(String.init))
    }

    /// Makes the folder of a new run and points `latest` at it.
    ///
    /// **Throws:** `cannotCreate` with the folder that could not be made.
    public static func create(
        in runs: URL, environment: String, name: String, seed: UInt64, now: Date = Date()
    ) throws(TrainingError) -> RunFolder {
        guard isUsable(name) else {
            throw TrainingError(
                .usage, "--name \(name): use letters, digits, dots and single dashes or underscores, 64 at most")
        }
        do {
            try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
        } catch {
            throw TrainingError(.cannotCreate, "\(runs.path): the folder cannot be made; name another with --runs")
        }
        var moment = now
        for _ in 0..<5 {
            let folder = RunFolder(
                url: runs.appending(path: folderName(environment: environment, name: name, seed: seed, at: moment)))
            // mkdir, not FileManager: of two runs started in one second, one must see that it lost.
            if mkdir(folder.url.path, 0o755) == 0 {
                for part in [folder.keys, folder.logs] { mkdir(part.path, part == folder.keys ? 0o700 : 0o755) }
                folder.linkLatest()
                return folder
            }
            guard errno == EEXIST else { break }
            Thread.sleep(forTimeInterval: 1.01)
            moment = Date()
        }
        throw TrainingError(
            .cannotCreate, "\(runs.path): no run folder can be made there; name another with --runs")
    }

    /// The name of the folder of a run that starts at `moment`.
    public static func folderName(environment: String, name: String, seed: UInt64, at moment: Date) -> String {
        "\(environment)__\(name)__\(seed)__\(stamp(moment))"
    }

    /// `20261122T143400Z`.
    static func stamp(_ moment: Date) -> String {
        var seconds = time_t(moment.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
    }

    /// Whether `name` can stand between the double underscores of a folder's name.
    static func isUsable(_ name: String) -> Bool {
        name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil && !name.contains("__") && !name.hasSuffix("_")
    }

    /// Points `latest` at this folder; a link that cannot be made is no reason to stop a run.
    func linkLatest() {
        let link = url.deletingLastPathComponent().appending(path: "latest").path
        let temporary = link + ".\(getpid())"
        unlink(temporary)
        guard symlink(name, temporary) == 0 else { return }
        if rename(temporary, link) != 0 { unlink(temporary) }
    }
}
