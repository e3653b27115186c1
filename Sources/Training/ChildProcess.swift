import Bounded
import CProcess
import Foundation

/// One program of a run: started, watched and stopped by `lapwing`.
///
/// It is sent SIGTERM when `lapwing` dies, however it dies. Start it on the main thread.
final class ChildProcess {
    /// How the run calls it, such as `agent-2`.
    let label: String
    /// Where its standard error (and, unless it is read, its standard output) goes.
    let log: URL
    /// Reads its standard output, when that was asked for; -1 otherwise.
    let output: Int32

    private let processNumber: pid_t
    private var ended: Int32?

    /// Starts `program` in `folder`.
    ///
    /// **Throws:** `missingInput` when there is no such program, `system` when the system refuses.
    init(
        label: String, program: URL, arguments: [String], folder: URL, log: URL, readsOutput: Bool
    ) throws(TrainingError) {
        let errors = open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard errors >= 0 else {
            throw TrainingError(.cannotCreate, "\(log.path): the log cannot be written: \(systemErrorText())")
        }
        defer { close(errors) }
        var ends: [Int32] = [-1, -1]
        if readsOutput {
            guard pipe(&ends) == 0 else {
                throw TrainingError(.system, "no pipe for \(label): \(systemErrorText())")
            }
            _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program.path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let child = lapwing_spawn_child(program.path, &words, folder.path, readsOutput ? ends[1] : errors, errors)
        let cause = errno
        if readsOutput { close(ends[1]) }
        guard child > 0 else {
            if readsOutput { close(ends[0]) }
            let code: ExitCode = cause == ENOENT ? .missingInput : .system
            throw TrainingError(code, "\(program.path): cannot be started: \(String(cString: strerror(cause)))")
        }
        if readsOutput { _ = fcntl(ends[0], F_SETFL, O_NONBLOCK) }
        self.label = label
        self.log = log
        output = ends[0]
        processNumber = child
    }

    deinit {
        if ended == nil, exitStatus == nil {
            kill(processNumber, SIGKILL)
            while exitStatus == nil { usleep(1_000) }
        }
        if output >= 0 { close(output) }
    }

    /// How it ended, its exit code or 128 plus the signal; nil while it runs.
    var exitStatus: Int32? {
        if let ended { return ended }
        let status = lapwing_reap_child(processNumber)
        guard status != -1 else { return nil }
        ended = status == -2 ? 255 : status
        return ended
    }

    /// Sends it a signal, if it still runs.
    func send(_ signal: Int32) {
        if exitStatus == nil { kill(processNumber, signal) }
    }

    /// Waits for its end; false when it still runs after `seconds`.
    func wait(seconds: Double) -> Bool {
        let deadline = Instant.now.advanced(byMilliseconds: Int(seconds * 1000))
        while exitStatus == nil {
            if Instant.now >= deadline { return false }
            usleep(2_000)
        }
        return true
    }

    /// The last lines of its log that are not empty.
    func logTail(_ count: Int = 5) -> [String] {
        guard let handle = try? FileHandle(forReadingFrom: log) else { return [] }
        defer { try? handle.close() }
        let size = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: size > 16_384 ? size - 16_384 : 0)
        let text = String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map(String.init)
    }
}

/// The text of the calling thread's last system error.
func systemErrorText() -> String { String(cString: strerror(errno)) }
