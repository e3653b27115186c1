import Foundation

extension SweepReport {
    /// Writes `runs.csv`, `table.csv` and `table.md`.
    func write(to folder: URL) throws(TrainingError) {
        try runsTable.write(to: folder.appending(path: "runs.csv"), what: "the list of runs")
        try table.write(to: folder.appending(path: "table.csv"), what: "the table")
        try markdown.write(to: folder.appending(path: "table.md"), what: "the table")
    }

    /// A line for each run.
    var runsTable: String {
        var text = "cell,seed,return_mean,return_std,updates_applied,updates_sent,updates_skipped,updates_reused,"
            + "bytes_up,bytes_down,seconds,folder\n"
        for run in runs {
            let summary = run.summary
            let mean = summary.returnMean.map { "\($0)" } ?? ""
            let deviation = summary.returnStd.map { "\($0)" } ?? ""
            text += "\(CSV.quoted(run.label)),\(run.seed),\(mean),\(deviation),\(summary.updatesApplied),"
                + "\(summary.updatesSent),\(summary.updatesSkipped),\(summary.updatesReused),\(summary.bytesUp),"
                + "\(summary.bytesDown),\(ProgressLine.fixed(summary.seconds, 3)),\(run.folder)\n"
        }
        return text
    }

    /// The keys of a cell that have a column of their own in `table.csv`.
    static let keys = [
        "profile", "uplink.codec", "uplink.bits", "uplink.kept_fraction", "uplink.rank", "uplink.feedback",
        "uplink.skip_rule", "uplink.skip_noise_factor", "downlink.codec",
    ]

    /// The quantities of `table.csv`, each with a median, a low and a high.
    static let quantities = ["return", "return_difference", "bytes_up", "bytes_down", "skipped_share"]

    /// A line for each cell.
    var table: String {
        let names = Self.keys.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        var columns = ["cell", "family"] + names.dropLast() + ["downlink", "seeds"]
        for quantity in Self.quantities { columns += ["\(quantity)_median", "\(quantity)_low", "\(quantity)_high"] }
        columns += ["ratio_up", "ratio_down", "ratio_both"]
        var text = columns.joined(separator: ",") + "\n"
        for row in rows {
            var fields = [CSV.quoted(row.label), row.family] + Self.keys.map { CSV.quoted(row.settings[$0] ?? "") }
            fields.append("\(row.seeds.count)")
            for estimate in [row.returns, row.returnDifference, row.bytesUp, row.bytesDown, row.skippedShare] {
                fields += estimate.map { ["\($0.median)", "\($0.low)", "\($0.high)"] } ?? ["", "", ""]
            }
            fields += [row.ratioUp, row.ratioDown, row.ratioBoth].map { $0.map { ProgressLine.fixed($0, 3) } ?? "" }
            text += fields.joined(separator: ",") + "\n"
        }
        return text
    }

    /// The table for people.
    var markdown: String {
        let seeds = rows.map(\.seeds.count).max() ?? 0
        var text = """
            \(environment), \(agents) agents, \(seeds) seeds. Medians over seeds, in brackets the 95 % bootstrap \
            interval of the median (with five seeds or fewer: smallest and largest). Return: ten episodes of θ with \
            the mean action at the end of the run. Bytes: at the socket, headers, encryption, resends and broadcasts \
            included; *fewer* is against the dense run.

            | sent as | return | against dense | up | fewer | down | fewer | both: fewer | skipped |
            |---|---|---|---|---|---|---|---|---|

            """
        for row in rows {
            func interval(_ estimate: Estimate?, _ digits: Int) -> String {
                estimate.map {
                    "\(ProgressLine.fixed($0.median, digits)) [\(ProgressLine.fixed($0.low, digits)), "
                        + "\(ProgressLine.fixed($0.high, digits))]"
                } ?? "-"
            }
            func bytes(_ estimate: Estimate?) -> String {
                estimate.map { ProgressLine.threeDigitBytes($0.median) } ?? "-"
            }
            func times(_ ratio: Double?) -> String { ratio.map { "\(ProgressLine.fixed($0, 1)) ×" } ?? "-" }
            let skipped = row.skippedShare.map { ProgressLine.percent($0.median) } ?? "-"
            let difference = row.label == SweepGrid.denseLabel ? "" : interval(row.returnDifference, 1)
            text += "| \(row.label) | \(interval(row.returns, 1)) | \(difference) | "
                + "\(bytes(row.bytesUp)) | \(times(row.ratioUp)) | \(bytes(row.bytesDown)) | \(times(row.ratioDown)) | "
                + "\(times(row.ratioBoth)) | \(skipped) |\n"
        }
        return text
    }
}
