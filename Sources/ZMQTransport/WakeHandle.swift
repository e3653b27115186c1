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
