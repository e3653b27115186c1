import Synchronization
import ZMQTransport

/// What other threads ask of the gateway's loop: signals, the store's thread, tests.
public final class LoopControl: Sendable {
    private let stops = Atomic<Bool>(false)
    private let reloads = Atomic<Bool>(false)
    private let handle = Mutex<WakeHandle?>(nil)

    public init() {}

    /// Asks the loop to stop admitting, flush the store, answer what became durable, and end.
    public func stop() {
        stops.store(true, ordering: .releasing)
        wake()
    }

    /// Asks the loop to read the list of allowed keys again.
    public func reloadKeys() {
        reloads.store(true, ordering: .releasing)
        wake()
    }

    /// Ends the loop's wait, if it waits.
    func wake() { handle.withLock { $0?.wake() } }

    /// Names the loop's wake-up, which ends with its socket; nil once that is gone.
    func attach(_ wakeHandle: WakeHandle?) { handle.withLock { $0 = wakeHandle } }

    var isStopRequested: Bool { stops.load(ordering: .acquiring) }

    /// Whether a reload was asked for since the last call.
    func takeReload() -> Bool {
        reloads.load(ordering: .relaxed) && reloads.exchange(false, ordering: .acquiringAndReleasing)
    }
}
