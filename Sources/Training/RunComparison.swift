import Foundation

/// Runs beside each other; those that differ only in the seed are one group, and interrupted ones another.
public struct RunComparison {
    /// Runs of one configuration.
    struct Group {
        let summaries: [RunSummary]
        let curves: CurveGroup
    }

    /// What curves are read against.
    let measure: CurveMeasure
    let groups: [Group]

    /// Reads run folders, of `lapwing train` or `lapwing simulate`.
    ///
    /// **Throws:** `missingInput` for a folder without a summary or a curve, `usage` for one that is named twice, of a
    /// run that failed, or that does not have the measure.
    public init(_ folders: [URL], measure: CurveMeasure) throws(TrainingError) {
        var order: [String] = []
        var found: [String: [(summary: RunSummary, member: CurveGroup.Member)]] = [:]
        var labels: [String: String] = [:]
        var seen: Set<String> = []
        for url in folders {
            let folder = RunFolder(url: url.resolvingSymlinksInPath())
            guard seen.insert(folder.url.path).inserted else {
                throw TrainingError(.usage, "\(url.relativePath): the run is named twice")
            }
            let summary = try RunSummary(reading: folder.summary)
            guard summary.exit != .failed else {
                throw TrainingError(.usage, "\(url.relativePath): the run failed, and cannot be compared; leave it out")
            }
            let curve = try LearningCurve(reading: folder, agents: summary.agents.count)
            guard curve.places(measure) != nil else {
                throw TrainingError(
                    .usage, "\(url.relativePath): the run has no \(measure.rawValue); choose another --x")
            }
            let key = Self.key(folder, summary)
            if found[key] == nil {
                order.append(key)
                labels[key] = Self.label(folder, summary)
            }
            found[key, default: []].append((summary, CurveGroup.Member(seed: summary.seed, curve: curve)))
        }
        let texts = Self.distinct(order.map { labels[$0] ?? "" })
        self.measure = measure
        groups = zip(order, texts).map { key, label in
            let runs = found[key] ?? []
            return Group(
                summaries: runs.map(\.summary),
                curves: CurveGroup(label: label, measure: measure, members: runs.map(\.member)))
        }
    }

    /// What runs that differ only in the seed have in common: name, task and every effective value but seeds and ports.
    private static func key(_ folder: RunFolder, _ summary: RunSummary) -> String {
        let text = (try? String(contentsOf: folder.effectiveConfiguration, encoding: .utf8)) ?? ""
        let lines = EffectiveConfiguration.seen(text, from: folder).split(separator: "\n").filter { line in
            !line.hasPrefix("seed =") && !line.hasPrefix("endpoint") && !line.hasPrefix("# hash")
        }
        let simulation = (try? String(contentsOf: folder.url.appending(path: "simulation.conf"), encoding: .utf8)) ?? ""
        return "\(label(folder, summary)) \(summary.profile ?? "") "
            + EffectiveConfiguration.hash(lines.joined(separator: "\n") + simulation)
    }

    /// `swimmer afedpg (afedpg), 4 agents`.
    private static func label(_ folder: RunFolder, _ summary: RunSummary) -> String {
        let parts = folder.name.components(separatedBy: "__")
        let name = parts.count == 4 && parts[1] != summary.rule ? "\(parts[1]), " : ""
        let ending = summary.exit == .interrupted ? ", interrupted" : ""
        return "\(summary.environment): \(name)\(summary.rule), \(summary.agents.count) agents\(ending)"
    }

    /// The same texts, with numbers behind those that come more than once.
    private static func distinct(_ texts: [String]) -> [String] {
        var counts: [String: Int] = [:]
        return texts.map { text in
            counts[text, default: 0] += 1
            guard texts.filter({ $0 == text }).count > 1 else { return text }
            return "\(text), configuration \(counts[text] ?? 1)"
        }
    }

    /// The table.
    public func report(levels: [Double]) -> RunComparisonReport {
        RunComparisonReport(
            measure: measure, rows: groups.map { RunComparisonReport.Row($0, levels: levels) })
    }

    /// Draws the curves.
    ///
    /// **Throws:** `cannotCreate` when gnuplot is missing or fails.
    public func draw(_ output: URL) throws(TrainingError) {
        let isEvaluated = groups.allSatisfy { $0.curves.members.allSatisfy(\.curve.isEvaluated) }
        let plot = CurvePlot(
            title: "", measure: measure, panels: [CurvePlot.Panel(title: "", groups: groups.map(\.curves))],
            returnTitle: isEvaluated ? "return of θ, mean action" : "return of the newest episodes")
        let folder = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.cannotCreate, "\(folder.path): the folder cannot be made")
        }
        let warning = Gnuplot.run(
            plot.script(output: output.path), named: "runs.gp", in: folder, log: folder.appending(path: "gnuplot.log"))
        if let warning { throw TrainingError(.cannotCreate, "\(output.path): \(warning)") }
    }
}
