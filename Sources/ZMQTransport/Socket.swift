import Bounded
import CSystem
import CZeroMQ

/// A view of one libzmq socket; `TransportContext` owns it and closes it.
struct Socket: BitwiseCopyable {
    let pointer: UnsafeMutableRawPointer

    /// Sets an option that holds an `int`.
    func set(_ option: Int32, _ value: Int) throws(TransportError) {
        var number = Int32(clamping: value)
        let code = zmq_setsockopt(pointer, option, &number, MemoryLayout<Int32>.size)
        if code != 0 { throw .last("setting a socket option") }
    }

    /// Sets an option that holds an `int64_t`.
    func setWide(_ option: Int32, _ value: Int) throws(TransportError) {
        var number = Int64(value)
        let code = zmq_setsockopt(pointer, option, &number, MemoryLayout<Int64>.size)
        if code != 0 { throw .last("setting a socket option") }
    }

    /// Sets an option that holds bytes.
    func set(_ option: Int32, _ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        if zmq_setsockopt(pointer, option, bytes.baseAddress, bytes.count) != 0 {
            throw .last("setting a socket option")
        }
    }

    /// Whether the frame just received is followed by another of the same message.
    var hasMoreFrames: Bool {
        var more: Int32 = 0
        var size = MemoryLayout<Int32>.size
        return zmq_getsockopt(pointer, ZMQ_RCVMORE, &more, &size) == 0 && more != 0
    }

    /// Has libzmq take in, now, what its threads have to tell this socket, such as room in a queue.
    func catchUp() {
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        _ = zmq_getsockopt(pointer, ZMQ_EVENTS, &events, &size)
    }

    /// The address that the socket was bound to, its port filled in.
    var lastEndpoint: FixedText {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            var size = text.count
            guard let base = text.baseAddress,
                zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, base, &size) == 0
            else { return FixedText() }
            return FixedText(cString: base)
        }
    }

    /// Receives one frame without waiting: its true size, of which at most `buffer.count` bytes were kept; nil when
    /// there is none.
    func receiveFrame(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int? {
        while true {
            let size = zmq_recv(pointer, buffer.baseAddress, buffer.count, ZMQ_DONTWAIT)
            if size >= 0 { return Int(size) }
            let code = zmq_errno()
            if code == EAGAIN { return nil }
            if code != EINTR { throw TransportError(code: code, operation: "receiving") }
        }
    }

    /// Reads the rest of a message whose first frame has been read, and forgets it.
    func discardRemainingFrames() {
        while hasMoreFrames {
            var nothing: UInt8 = 0
            if zmq_recv(pointer, &nothing, 0, ZMQ_DONTWAIT) < 0 && zmq_errno() != EINTR { return }
        }
    }

    /// Sends one small frame of a message between threads of this process.
    func sendFrame(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Bool {
        let flags = isLast ? ZMQ_DONTWAIT : ZMQ_DONTWAIT | ZMQ_SNDMORE
        while true {
            if zmq_send(pointer, bytes.baseAddress, bytes.count, flags) >= 0 { return true }
            if zmq_errno() != EINTR { return false }
        }
    }
}
