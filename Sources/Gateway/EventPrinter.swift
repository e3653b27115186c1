import Bounded
import Dispatch
import Foundation
import Logging
import Synchronization

/// How events reach the operator.
public enum EventFormat: String, Sendable, CaseIterable {
    /// A progress line on stdout, and what matters in the log on stderr.
    case text
    /// Every event as a line of JSON on stdout, and what matters in the log on stderr.
    case json
}

/// The thread that prints events, so that a slow terminal or pipe never holds up the loop.
final class EventPrinter: @unchecked Sendable {
    /// Room for some seconds of a busy federation; beyond, events are dropped and counted.
    private static let capacity = 2_048

    let format: EventFormat
    private let logger: Logger
    private let ring = EventRing(capacity: EventPrinter.capacity)
    private let work = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)
    private let isEnding = Atomic<Bool>(false)
    private let dropped = Atomic<UInt64>(0)
    private var output: EventOutput

    init(format: EventFormat, logger: Logger, descriptor: Int32 = STDOUT_FILENO) {
        self.format = format
        self.logger = logger
        output = EventOutput(descriptor: descriptor)
        let thread = Thread { [self] in run() }
        thread.name = "lapwing-events"
        thread.start()
    }

    /// Whether single updates are printed, or only how many there were.
    var printsUpdates: Bool { format == .json }

    /// How many events were lost because the reader was too slow.
    var droppedCount: UInt64 { dropped.load(ordering: .relaxed) }

    /// Hands an event to the thread; only from one thread at a time.
    func send(_ event: OperatorEvent) {
        if ring.push(event) {
            work.signal()
        } else {
            dropped.add(1, ordering: .relaxed)
        }
    }

    /// Prints what is there, and ends the thread; waits at most `seconds` for a reader that does not read.
    func finish(within seconds: Double = 2) {
        guard !isEnding.exchange(true, ordering: .acquiringAndReleasing) else { return }
        work.signal()
        _ = end.wait(timeout: .now() + seconds)
    }

    private func run() {
        while true {
            work.wait()
            while let event = ring.pop() {
                if format == .json {
                    output.write(event.json)
                } else if let line = event.progress {
                    output.writeProgress(line)
                }
                event.log(to: logger)
            }
            if isEnding.load(ordering: .acquiring) { break }
        }
        output.endProgress()
        end.signal()
    }
}
