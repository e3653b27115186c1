import Foundation

/// A plot of groups of runs, a panel beside the other: the median curve of each group, and its range over seeds.
struct CurvePlot {
    /// One system of axes.
    struct Panel {
        var title: String
        var groups: [CurveGroup]
    }

    var title: String
    var measure: CurveMeasure
    var panels: [Panel]
    /// A logarithmic axis for what is spent.
    var isLogarithmic = false
    /// What the axis of returns says.
    var returnTitle = "return of θ, mean action"

    static let colours = [
        "#1f4e8c", "#b5381f", "#2f7d32", "#8e5ea2", "#c77d0a", "#3a8f8f", "#777777", "#b03a6b", "#5a6f1f", "#444488",
    ]

    /// The script that draws `output`, data included.
    ///
    /// A file that ends in `.png` is a bitmap, any other an SVG.
    func script(output: String) -> String {
        let columns = min(2, max(panels.count, 1))
        let rows = (panels.count + columns - 1) / columns
        let size = "\(columns == 1 ? 860 : 1400), \(max(rows, 1) * (panels.count > 1 ? 470 : 560))"
        let terminal = output.hasSuffix(".png") ? "pngcairo" : "svg"
        var text = ""
        for (number, panel) in panels.enumerated() {
            text += "$panel\(number) << end\n" + Self.data(panel) + "\nend\n"
        }
        text += """
            set terminal \(terminal) size \(size) font 'sans,12' background rgb 'white'
            set output '\(output.replacing("'", with: "''"))'
            set encoding utf8
            set xlabel '\(measure.title)'
            set ylabel '\(returnTitle)'
            set format x '%.0s%c\(measure.isBytes ? "B" : "")'
            set grid linecolor rgb '#dddddd' linetype 1 linewidth 0.5
            set border 3 linecolor rgb '#666666'
            set tics nomirror
            set key inside bottom right reverse Left opaque samplen 2 font ',10' noenhanced
            set style fill transparent solid 0.15 noborder
            \(isLogarithmic ? "set logscale x" : "set xrange [0:*]")
            set multiplot layout \(max(rows, 1)),\(columns) title '\(Self.quoted(title))' noenhanced

            """
        for (number, panel) in panels.enumerated() { text += Self.drawing(number, panel) }
        return text + "unset multiplot\nunset output\n"
    }

    private static func drawing(_ number: Int, _ panel: Panel) -> String {
        var parts: [String] = []
        for (index, group) in panel.groups.enumerated() {
            let colour = colours[index % colours.count]
            parts.append(
                "$panel\(number) index \(index) using 1:3:4 with filledcurves linecolor rgb '\(colour)' notitle")
            parts.append(
                "$panel\(number) index \(index) using 1:2 with lines linewidth 2 linecolor rgb '\(colour)' "
                    + "title '\(quoted(group.label))'")
        }
        guard !parts.isEmpty else { return "" }
        return "set title '\(quoted(panel.title))' noenhanced\nplot " + parts.joined(separator: ", \\\n    ") + "\n"
    }

    /// Lines `place median low high`, a block for each group.
    private static func data(_ panel: Panel) -> String {
        panel.groups.map { group in
            let lines = group.band().map { "\($0.place) \($0.median) \($0.low) \($0.high)" }
            return lines.isEmpty ? "NaN NaN NaN NaN" : lines.joined(separator: "\n")
        }.joined(separator: "\n\n\n")
    }

    private static func quoted(_ text: String) -> String { text.filter { $0 != "'" && $0 != "\n" } }
}
