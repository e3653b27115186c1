import Bounded
import CSystem
import CZeroMQ

extension AgentSocket {
    /// Follows the connection through what the monitor reports.
    mutating func readMonitor() throws(TransportError) {
        while let report = try monitor.next() { note(report) }
    }

    private mutating func note(_ report: MonitorReport) {
        if let failure = report.handshakeFailure { return fail(failure) }
        switch report.event {
        case ZMQ_EVENT_CONNECT_DELAYED:
            redialAt = nil
            step = .tcp
            events.add(.connecting)
        case ZMQ_EVENT_CONNECTED:
            redialAt = nil
            counters.connected += 1
            step = .handshake
            events.add(.connected)
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            counters.handshakesSucceeded += 1
            counters.wireBytesSent += UInt64(frameCost.handshakeFromAgent)
            counters.wireBytesReceived += UInt64(frameCost.handshakeToAgent)
            step = .ready
            lastFailure = nil
            redialWaitMilliseconds = limits.reconnectIntervalMilliseconds
            events.add(.handshakeSucceeded)
        case ZMQ_EVENT_DISCONNECTED:
            if step == .handshake { fail(.closedByPeer) }
            if step == .ready {
                counters.disconnected += 1
                events.add(.disconnected)
            }
            lose()
        case ZMQ_EVENT_CONNECT_RETRIED:
            redialAt = nil
            events.add(.retrying(afterMilliseconds: Int(report.value)))
        default: break
        }
    }

    private mutating func fail(_ failure: HandshakeFailure) {
        if case .keyRefused = failure { counters.keysRefused += 1 } else { counters.handshakesFailed += 1 }
        lastFailure = failure
        events.add(.handshakeFailed(failure))
        lose()
    }

    private mutating func lose() {
        step = .tcp
        redialAt = Instant.now.advanced(byMilliseconds: redialWaitMilliseconds)
    }

    /// Connects again when libzmq does not.
    ///
    /// libzmq reconnects after a lost connection, and says so at once (`CONNECT_RETRIED`). After a protocol error, and
    /// that includes a refused key and a byte changed on the way, it drops the connection for good and says nothing.
    mutating func redialIfDue() throws(TransportError) {
        guard let due = redialAt, due <= .now else { return }
        redialWaitMilliseconds = min(redialWaitMilliseconds * 2, limits.reconnectIntervalMaximumMilliseconds)
        redialAt = nil
        _ = endpoint.text.withCString { zmq_disconnect(socket.pointer, $0) }
        guard endpoint.text.withCString({ zmq_connect(socket.pointer, $0) }) == 0 else {
            throw .last("connecting", endpoint: endpoint.text)
        }
        counters.redialled += 1
        events.add(.redialled)
    }
}
