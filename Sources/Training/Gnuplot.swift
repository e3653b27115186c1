import Foundation

/// Drawing with gnuplot: a plot that cannot be drawn is a warning, for results are no worse without.
enum Gnuplot {
    /// Writes `script` to the file `name` in `folder`, so that it can be changed and drawn again, and runs it there.
    ///
    /// What went wrong comes back as one line.
    static func run(_ script: String, named name: String, in folder: URL, log: URL) -> String? {
        let file = folder.appending(path: name)
        do { try script.write(to: file, atomically: true, encoding: .utf8) } catch {
            return "\(file.path): the plot script cannot be written"
        }
        guard let gnuplot = Executable.onPath("gnuplot") else {
            return "no plot: gnuplot is not installed (apt-get install gnuplot-nox)"
        }
        do throws(TrainingError) {
            let child = try ChildProcess(
                label: "gnuplot", program: gnuplot, arguments: [name], folder: folder, log: log, readsOutput: false)
            guard child.wait(seconds: 30), child.exitStatus == 0 else {
                child.send(SIGKILL)
                return "no plot: gnuplot failed: \(child.logTail(1).first ?? "no message")"
            }
        } catch {
            return "no plot: \(error.message)"
        }
        return nil
    }
}
