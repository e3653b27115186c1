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
