import Bounded
import Foundation

/// Shows a run on standard error: one line that renews itself on a terminal, a line now and then elsewhere.
package final class RunReporter {
    private let isTerminal = isatty(2) == 1
    private var lastShown: Instant?
    private var isLineOpen = false

    package init() {}

    /// Shows `line`, unless it is too soon: ten times a second on a terminal, every five seconds elsewhere.
    package func show(_ line: (_ columns: Int) -> String, now: Instant, force: Bool = false) {
        let interval = isTerminal ? 100 : 5_000
        if !force, let lastShown, now.milliseconds(since: lastShown) < interval { return }
        lastShown = now
        if isTerminal {
            // Return, clear to the end of the line: no flicker, and a shorter line leaves nothing behind.
            write("\r\(line(columns))\u{1b}[K")
            isLineOpen = true
        } else {
            write(line(120) + "\n")
        }
    }

    /// Says something on a line of its own.
    package func say(_ message: String) {
        closeLine()
        write(message + "\n")
    }

    /// Ends the line that renews itself.
    package func closeLine() {
        if isLineOpen { write("\n") }
        isLineOpen = false
    }

    private var columns: Int {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 79 }
        return Int(size.ws_col) - 1
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
