import CSystem
import CZeroMQ

/// One report of libzmq's monitor.
struct MonitorReport: BitwiseCopyable {
    let event: Int32
    /// A descriptor, an interval, an error number or a protocol code, as the event has it.
    let value: UInt32

    /// The failure that the report speaks of, if it is one.
    var handshakeFailure: HandshakeFailure? {
        switch event {
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: return .keyRefused(status: Int(value))
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            let code = Int32(truncatingIfNeeded: value)
            return code == EPIPE || code == ECONNRESET ? .closedByPeer : .broken(code: code)
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: break
        default: return nil
        }
        switch Int32(truncatingIfNeeded: value) {
        case Int32(ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC), Int32(ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE):
            return .keysDoNotFit
        case Int32(ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH): return .mechanismMismatch
        default: return .protocolViolation(code: Int(value))
        }
    }
}

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
