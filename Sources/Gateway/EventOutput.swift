import Foundation

/// The descriptor that events are printed to.
///
/// A reader that went away is not an error: the federation goes on without one.
struct EventOutput {
    private let descriptor: Int32
    private let isTerminal: Bool
    private var isOpen = true
    private var hasProgress = false

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
    }

    mutating func write(_ text: String) {
        guard isOpen else { return }
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    isOpen = false
                    return
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }

    /// On a terminal the line takes the place of the last one; elsewhere it is a line like any other.
    mutating func writeProgress(_ line: String) {
        write(isTerminal ? "\r\u{1b}[K" + line : line + "\n")
        hasProgress = isTerminal
    }

    mutating func endProgress() {
        if hasProgress { write("\n") }
        hasProgress = false
    }
}
