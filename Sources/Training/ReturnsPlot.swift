import Foundation

/// The plot of a run, `returns.png` and `returns.svg`, drawn by gnuplot from `returns.csv`.
///
/// The script `returns.gp` stays in the folder, so that the plot can be changed and drawn again.
package struct ReturnsPlot {
    let folder: RunFolder
    let title: String
    /// Return and spread of the final evaluation, drawn as a point at the end.
    let finalReturn: (mean: Double, deviation: Double)?

    package init(folder: RunFolder, title: String, finalReturn: (mean: Double, deviation: Double)?) {
        self.folder = folder
        self.title = title
        self.finalReturn = finalReturn
    }

    /// The script.
    var script: String {
        let quotedTitle = title.filter { $0 != "'" && $0 != "\n" }
        let evaluation = finalReturn.map { mean, deviation in
            let label = "\(ProgressLine.fixed(mean, 1)) ± \(ProgressLine.fixed(deviation, 1))"
            return ", \\\n        \(mean) with lines dashtype 2 linewidth 1.5 linecolor rgb '#b5381f' "
                + "title 'θ, mean action, at the end: \(label)'"
        }
        return """
            # Draws returns.png and returns.svg from returns.csv: gnuplot returns.gp
            set datafile separator ','
            set datafile missing ''
            set encoding utf8
            set title '\(quotedTitle)' noenhanced
            set xlabel 'environment steps, all agents'
            set ylabel 'episode return'
            set format x '%.0s %c'
            set key outside below center horizontal reverse Left
            set grid linecolor rgb '#dddddd' linetype 1 linewidth 0.5
            set border 3 linecolor rgb '#666666'
            set tics nomirror
            set xrange [0:*]
            set offsets 0, 0, graph 0.08, graph 0.08
            do for [kind in 'png svg'] {
                if (kind eq 'png') {
                    set terminal pngcairo size 1100, 650 font 'sans,13' background rgb 'white'
                } else {
                    set terminal svg size 1100, 650 font 'sans,13' background rgb 'white'
                }
                set output 'returns.' . kind
                plot 'returns.csv' using 7:5 skip 1 with points pointtype 7 pointsize 0.4 linecolor rgb '#9db8d9' \\
                        title 'one update, sampled with noise', \\
                    'returns.csv' using 7:6 skip 1 with lines linewidth 2.5 linecolor rgb '#1f4e8c' \\
                        title 'mean of \(RunProgress.returnWindow) episodes'\(evaluation ?? "")
                unset output
            }

            """
    }

    /// Writes the script and runs gnuplot; what went wrong comes back as a warning, for a run is no worse without.
    package func draw() -> String? {
        Gnuplot.run(
            script, named: "returns.gp", in: folder.url, log: folder.logs.appending(path: "gnuplot.log"))
    }
}
