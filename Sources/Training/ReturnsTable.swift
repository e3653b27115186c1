import Foundation

/// `returns.csv`: a line for each applied update, written as it comes.
package final class ReturnsTable {
    /// The first line.
    static let heading =
        "version,agent,delay,episodes,return_mean,return_recent,steps_total,bytes_up,bytes_down,seconds"

    private let handle: FileHandle
    private let path: String

    /// Starts the file.
    package init(url: URL) throws(TrainingError) {
        path = url.path
        guard FileManager.default.createFile(atPath: path, contents: Data((Self.heading + "\n").utf8)),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw TrainingError(.cannotCreate, "\(url.path): the table of returns cannot be written") }
        self.handle = handle
        handle.seekToEndOfFile()
    }

    /// Appends one update, and the mean return of the newest episodes after it.
    package func append(_ update: AppliedUpdateEvent, recentReturn: Double?) throws(TrainingError) {
        let line = Self.line(update, recentReturn: recentReturn) + "\n"
        do { try handle.write(contentsOf: Data(line.utf8)) } catch {
            throw TrainingError(.inputOutput, "\(path): the table of returns cannot be written; is the disk full?")
        }
    }

    /// A line without its end; an update during which no episode ended has an empty return.
    static func line(_ update: AppliedUpdateEvent, recentReturn: Double?) -> String {
        let mean = update.returnMean.map { "\($0)" } ?? ""
        let recent = recentReturn.map { "\($0)" } ?? ""
        return "\(update.version),\(update.agent),\(update.delay),\(update.episodes),\(mean),\(recent),"
            + "\(update.stepsTotal),\(update.bytesUp),\(update.bytesDown),\(ProgressLine.fixed(update.seconds, 3))"
    }
}
