import CSystem
import CZeroMQ

/// The owner of the descriptor behind `WakeHandle`.
struct WakeEvent: ~Copyable {
    let descriptor: Int32

    init() throws(TransportError) {
        let opened = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard opened >= 0 else { throw TransportError(code: lapwing_errno(), operation: "creating an event") }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Takes back all wake-ups so far; whether there was one.
    func consume() -> Bool {
        var count: UInt64 = 0
        return eventfd_read(descriptor, &count) == 0
    }
}
