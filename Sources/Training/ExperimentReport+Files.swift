import Foundation

extension ExperimentReport {
    /// Writes `table.md`, `table.csv`, `runs.csv` and `curves.csv`.
    func write(to folder: URL) throws(TrainingError) {
        try markdown.write(to: folder.appending(path: "table.md"), what: "the table")
        try table.write(to: folder.appending(path: "table.csv"), what: "the table")
        try runs.write(to: folder.appending(path: "runs.csv"), what: "the list of runs")
        try curves.write(to: folder.appending(path: "curves.csv"), what: "the curves")
    }

    /// Draws `plot.svg` into `folder`; the script stays in the folder `scripts`. What went wrong comes back.
    func draw(in folder: URL, scripts: URL) -> String? {
        guard !panels.isEmpty else { return nil }
        try? FileManager.default.createDirectory(at: scripts, withIntermediateDirectories: true)
        let plot = CurvePlot(
            title: description.title, measure: panels[0].measure,
            panels: panels.map { CurvePlot.Panel(title: $0.label, groups: $0.rows.map(\.group)) },
            isLogarithmic: description.isLogarithmic)
        return Gnuplot.run(
            plot.script(output: folder.appending(path: "plot.svg").path), named: "\(name).gp", in: scripts,
            log: scripts.appending(path: "gnuplot.log"))
    }

    /// A line for each quantity of each arm: `to` a level, the `final` return, its `gain` over the baseline's, and the
    /// `best`.
    var table: String {
        var text = "panel,arm,choice,quantity,level,seeds,reached,median,low,high,"
            + "baseline,ratio,ratio_low,ratio_high\n"
        for panel in panels {
            for row in panel.rows {
                func add(_ quantity: String, level: Double?, reached: Int, _ value: Estimate?, _ ratio: Estimate?) {
                    var fields = [panel.label, row.label, row.choice].map(CSV.quoted)
                    fields += [quantity, level.map { "\($0)" } ?? "", "\(row.seeds.count)", "\(reached)"]
                    fields += value.map { [$0.median, $0.low, $0.high].map { "\($0)" } } ?? ["", "", ""]
                    fields.append(CSV.quoted(panel.baseline))
                    fields += ratio.map { [$0.median, $0.low, $0.high].map { "\($0)" } } ?? ["", "", ""]
                    text += fields.joined(separator: ",") + "\n"
                }
                for crossing in row.crossings {
                    add("to", level: crossing.level, reached: crossing.reached, crossing.place, crossing.sooner)
                }
                add("final", level: nil, reached: row.seeds.count, row.finalReturn, row.finalRatio)
                add("gain", level: nil, reached: row.seeds.count, row.finalGain, nil)
                add("best", level: nil, reached: row.seeds.count, row.bestReturn, nil)
            }
        }
        return text
    }

    /// A line for each run.
    var runs: String {
        let levels = Set(panels.flatMap(\.levels)).sorted()
        var text = "panel,arm,seed,final_return,best_return,"
            + (levels.map { "to_\(ProgressLine.threeDigits($0))" } + ["end"]).joined(separator: ",") + "\n"
        for panel in panels {
            for row in panel.rows {
                for member in row.group.members {
                    var fields = [CSV.quoted(panel.label), CSV.quoted(row.label), "\(member.seed)"]
                    fields += ["\(member.curve.finalReturn)", "\(member.curve.bestReturn)"]
                    fields += levels.map { level in
                        panel.levels.contains(level)
                            ? member.curve.firstReaching(level, along: panel.measure).map { "\($0)" } ?? "" : ""
                    }
                    fields.append(member.curve.end(panel.measure).map { "\($0)" } ?? "")
                    text += fields.joined(separator: ",") + "\n"
                }
            }
        }
        return text
    }

    /// The median curves, with the smallest and the largest return of any seed.
    var curves: String {
        var text = "panel,arm,measure,place,seeds,return_median,return_low,return_high\n"
        for panel in panels {
            for row in panel.rows {
                for point in row.group.band() {
                    let place = panel.measure == .virtualSeconds || panel.measure == .seconds
                        ? ProgressLine.fixed(point.place, 3) : ProgressLine.fixed(point.place, 0)
                    let returns = [point.median, point.low, point.high].map { ProgressLine.fixed($0, 2) }
                    text += [
                        CSV.quoted(panel.label), CSV.quoted(row.label), panel.measure.rawValue, place,
                        "\(row.seeds.count)",
                    ].joined(separator: ",") + "," + returns.joined(separator: ",") + "\n"
                }
            }
        }
        return text
    }
}
