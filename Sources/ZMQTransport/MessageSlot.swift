import CSystem
import CZeroMQ

/// One libzmq message at a fixed address, reused from frame to frame.
///
/// **Memory:** 64 bytes of its own rather than an arena's, since closing has to reach them however late it comes; a
/// frame above 33 bytes costs libzmq one block while it is held.
struct MessageSlot: ~Copyable {
    let message: UnsafeMutablePointer<zmq_msg_t>

    init() {
        message = .allocate(capacity: 1)
        _ = zmq_msg_init(message)
    }

    deinit {
        _ = zmq_msg_close(message)
        message.deallocate()
    }

    /// Forgets the frame.
    func clear() {
        _ = zmq_msg_close(message)
        _ = zmq_msg_init(message)
    }

    /// Replaces the frame by a copy of `bytes`; false when libzmq has no memory for it.
    func fill(_ bytes: UnsafeRawBufferPointer) -> Bool {
        _ = zmq_msg_close(message)
        guard zmq_msg_init_size(message, bytes.count) == 0 else {
            _ = zmq_msg_init(message)
            return false
        }
        if let source = bytes.baseAddress, let target = zmq_msg_data(message) {
            memcpy(target, source, bytes.count)
        }
        return true
    }

    /// Replaces the frame by another reference to the bytes of `other`.
    func share(_ other: borrowing MessageSlot) {
        _ = zmq_msg_copy(message, other.message)
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(message))
    }

    var hasMoreFrames: Bool { zmq_msg_more(message) != 0 }
}
