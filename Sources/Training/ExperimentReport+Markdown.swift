import Foundation

extension ExperimentReport {
    /// The tables for people.
    var markdown: String {
        var text = "# \(description.title)\n\n"
        if !description.question.isEmpty { text += description.question + "\n\n" }
        if !description.source.isEmpty { text += "Source: \(description.source).\n\n" }
        text += """
            `lapwing experiment \(name)`: \(runsDone) of \(runsAsked) runs. Medians over seeds, in brackets the 95 % \
            bootstrap interval of the median (with five seeds or fewer: smallest and largest). *To* a return: where \
            the evaluation of θ with the mean action first is that high; a seed that never is counts as later than \
            all others. *Final*: mean of the last tenth of the evaluations.

            """
        for panel in panels { text += section(panel) }
        let missing = panelsMissing.filter { !$0.isEmpty }
        if !missing.isEmpty { text += "\nNot run: \(missing.joined(separator: ", ")).\n" }
        return text + "\n![\(description.title)](plot.svg)\n"
    }

    private func section(_ panel: Panel) -> String {
        let levels = panel.levels.map { ProgressLine.threeDigits($0) }
        var text = panel.label.isEmpty ? "\n" : "\n## \(panel.label)\n\n"
        let hasChoice = panel.rows.contains { !$0.choice.isEmpty }
        var heading = ["arm", "seeds"] + (hasChoice ? ["chosen on other seeds"] : []) + ["final return", "best"]
        heading += levels.map { "to \($0)" }
        text += "In \(panel.measure.title).\n\n" + Self.line(heading) + Self.rule(heading.count)
        for row in panel.rows {
            var fields = [row.label, "\(row.seeds.count)"] + (hasChoice ? [row.choice] : [])
            fields += [Self.number(row.finalReturn), Self.number(row.bestReturn)]
            fields += row.crossings.map { crossing in
                let all = row.seeds.count
                let count = crossing.reached < all && crossing.reached > 0 ? ", \(crossing.reached) of \(all)" : ""
                let place = Self.interval(crossing.place) { panel.measure.shown($0) }
                return crossing.reached == 0 ? "never" : place + count
            }
            text += Self.line(fields)
        }
        let others = panel.rows.filter { $0.label != panel.baseline }
        guard !others.isEmpty, others.count < panel.rows.count else { return text }
        let isShare = others.contains { $0.finalRatio != nil }
        let final = isShare ? "times the final return" : "final return higher by"
        let comparison = ["against \(panel.baseline)", final] + levels.map { "sooner to \($0)" }
        text += "\n" + Self.line(comparison) + Self.rule(comparison.count)
        for row in others {
            text += Self.line(
                [row.label, row.finalRatio.map { Self.interval($0, Self.times) } ?? Self.gain(row.finalGain)]
                    + row.crossings.map { Self.interval($0.sooner, Self.times) })
        }
        return text
    }

    private static func line(_ fields: [String]) -> String { "| \(fields.joined(separator: " | ")) |\n" }

    private static func rule(_ columns: Int) -> String { "|\(String(repeating: "---|", count: columns))\n" }

    private static func number(_ estimate: Estimate?) -> String {
        interval(estimate) { ProgressLine.fixed($0, abs($0) < 9.95 ? 2 : abs($0) < 999.5 ? 1 : 0) }
    }

    private static func gain(_ estimate: Estimate?) -> String {
        interval(estimate) { ($0 < 0 ? "" : "+") + ProgressLine.fixed($0, abs($0) < 9.95 ? 2 : 1) }
    }

    /// `6.7`; ∞ where only the baseline never got there, 0 where only the arm did not.
    private static func times(_ ratio: Double) -> String {
        ratio.isFinite ? ProgressLine.fixed(ratio, ratio < 9.95 ? 2 : 1) : "∞"
    }

    private static func interval(_ estimate: Estimate?, _ shown: (Double) -> String) -> String {
        estimate.map { "\(shown($0.median)) [\(shown($0.low)), \(shown($0.high))]" } ?? "-"
    }
}
