import CSystem
import CZeroMQ

/// Ends a socket's wait from another thread or from a signal handler.
///
/// Valid as long as the socket that it came from.
public struct WakeHandle: Sendable, BitwiseCopyable {
    let descriptor: Int32

    /// Makes the present or the next `wait` return at once. Safe to call at any time, also in a signal handler.
    public func wake() {
        _ = eventfd_write(descriptor, 1)
    }
}

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
