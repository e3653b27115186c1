import Foundation

/// The plot of a sweep, `return-bytes.png` and `.svg`: return against bytes up, and against the bytes of both ways.
struct SweepPlot {
    let folder: URL
    let report: SweepReport

    /// The families, in the order of the grid.
    private var families: [String] {
        var found: [String] = []
        for row in report.rows where !found.contains(row.family) { found.append(row.family) }
        return found
    }

    /// Lines `x y low high label`, a block for each family.
    private func data(_ bytes: (SweepReport.Row) -> Double?) -> String {
        families.map { family in
            report.rows.filter { $0.family == family }.compactMap { row in
                guard let x = bytes(row), let y = row.returns else { return nil }
                return "\(x) \(y.median) \(y.low) \(y.high) \"\(row.label)\""
            }.joined(separator: "\n")
        }.map { $0.isEmpty ? "NaN NaN NaN NaN \"\"" : $0 }.joined(separator: "\n\n\n")
    }

    /// The script, data included.
    var script: String {
        func panel(_ name: String, _ title: String) -> String {
            let series = families.enumerated().map { index, family in
                let colour = CurvePlot.colours[index % CurvePlot.colours.count]
                return "\(name) index \(index) using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.9 linewidth 1.5 "
                    + "linecolor rgb '\(colour)' title '\(family)'"
            }
            let labels = "\(name) using 1:2:5 with labels left offset 0.7,0.45 font ',9' noenhanced notitle"
            return "set xlabel '\(title)'\nplot " + (series + [labels]).joined(separator: ", \\\n    ") + "\n"
        }
        return """
            # Draws return-bytes.png and return-bytes.svg: gnuplot return-bytes.gp
            $up << end
            \(data { $0.bytesUp?.median })
            end
            $both << end
            \(data { row in row.bytesUp.flatMap { up in row.bytesDown.map { up.median + $0.median } } })
            end
            set encoding utf8
            set logscale x
            set format x '%.0s %cB'
            set ylabel 'return of θ at the end, median and interval over seeds'
            set grid linecolor rgb '#dddddd' linetype 1 linewidth 0.5
            set border 3 linecolor rgb '#666666'
            set tics nomirror
            set offsets graph 0.03, graph 0.12, graph 0.05, graph 0.05
            set key outside below center horizontal reverse Left noenhanced
            do for [kind in 'png svg'] {
                if (kind eq 'png') {
                    set terminal pngcairo size 1500, 640 font 'sans,11' background rgb 'white'
                } else {
                    set terminal svg size 1500, 640 font 'sans,11' background rgb 'white'
                }
                set output 'return-bytes.' . kind
                set multiplot layout 1,2 title '\(report.environment), \(report.agents) agents' noenhanced
                \(panel("$up", "bytes from the agents, at the socket").replacing("\n", with: "\n    "))
                \(panel("$both", "bytes both ways, at the socket").replacing("\n", with: "\n    "))
                unset multiplot
                unset output
            }

            """
    }

    /// Writes the script and runs gnuplot; what went wrong comes back as a warning.
    func draw() -> String? {
        guard report.rows.contains(where: { $0.returns != nil }) else { return nil }
        return Gnuplot.run(script, named: "return-bytes.gp", in: folder, log: folder.appending(path: "gnuplot.log"))
    }
}
