import CSystem
import CZeroMQ

/// The receiving end of a socket's monitor.
struct SocketMonitor: BitwiseCopyable {
    let socket: Socket

    /// The next report, or nil when none waits.
    func next() throws(TransportError) -> MonitorReport? {
        var bytes: UInt64 = 0
        let size = try withUnsafeMutableBytesOf(&bytes) { buffer throws(TransportError) in
            try socket.receiveFrame(into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<6]))
        }
        guard let size else { return nil }
        socket.discardRemainingFrames()
        guard size == 6 else { return nil }
        // Native byte order: a 16-bit event, then a 32-bit value, with no gap.
        let (event, value) = withUnsafeMutableBytesOf(&bytes) { buffer in
            (buffer.loadUnaligned(as: UInt16.self), buffer.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        }
        return MonitorReport(event: Int32(event), value: value)
    }

    private func withUnsafeMutableBytesOf<Result, Failure: Error>(
        _ value: inout UInt64, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeMutablePointer(to: &value) { pointer throws(Failure) in
            try body(UnsafeMutableRawBufferPointer(start: pointer, count: 8))
        }
    }
}
