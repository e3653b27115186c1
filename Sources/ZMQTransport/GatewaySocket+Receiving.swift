import Bounded
import CSystem
import CZeroMQ

extension GatewaySocket {
    /// Messages dropped in one call of `receive` before the caller gets to breathe.
    private static let dropsAtOnce = 64

    /// Receives one message without waiting; nil when none is there, or after many that had to be dropped.
    ///
    /// **Limit:** a message that is not exactly one frame, has a routing id of the peer's own making, or comes from a
    /// key no longer allowed, is dropped and counted.
    /// **Throws:** `TransportError.system`; the socket is of no further use.
    public mutating func receive() throws(TransportError) -> IncomingMessage? {
        for _ in 0..<Self.dropsAtOnce {
            guard let size = try socket.receiveFrame(into: routing) else { return nil }
            let connection = ConnectionID(routing: UnsafeRawBufferPointer(routing), count: size)
            guard socket.hasMoreFrames, try receivePayload() else { continue }
            counters.framesReceived += 1
            counters.bytesReceived += UInt64(incoming.bytes.count)
            counters.wireBytesReceived += UInt64(frameCost.bytes(incoming.bytes.count))
            if incoming.hasMoreFrames {
                socket.discardRemainingFrames()
                counters.droppedMultipart += 1
                continue
            }
            guard let connection else {
                counters.droppedForeignRouting += 1
                continue
            }
            let key = senderKey()
            if isSecure {
                guard let key, access.allowed.contains(key) else {
                    counters.droppedUnknownKey += 1
                    continue
                }
            }
            try noteDescriptor(of: connection)
            return IncomingMessage(connection: connection, key: key, bytes: incoming.bytes)
        }
        return nil
    }

    /// The next connection that has ended, of those that ever sent a message; nil when there is none.
    public mutating func nextDisconnected() -> ConnectionID? { departures.next() }

    private func receivePayload() throws(TransportError) -> Bool {
        while zmq_msg_recv(incoming.message, socket.pointer, ZMQ_DONTWAIT) < 0 {
            let code = zmq_errno()
            if code == EAGAIN { return false }
            if code != EINTR { throw TransportError(code: code, operation: "receiving") }
        }
        return true
    }

    /// The key that the handshake proved, as access control wrote it.
    private func senderKey() -> AgentKey? {
        guard isSecure, let user = zmq_msg_gets(incoming.message, "User-Id"), strlen(user) == Z85.keyCharacters
        else { return nil }
        return user.withMemoryRebound(to: UInt8.self, capacity: Z85.keyCharacters) { bytes in
            Z85.decode(UnsafeBufferPointer(start: bytes, count: Z85.keyCharacters))
        }
    }

    private mutating func noteDescriptor(of connection: ConnectionID) throws(TransportError) {
        let descriptor = Int(zmq_msg_get(incoming.message, ZMQ_SRCFD))
        guard descriptor >= 0, !departures.isKnown(connection, descriptor: descriptor) else { return }
        // The end of the descriptor's last user was reported before it could be used again.
        try readMonitor()
        departures.note(connection, descriptor: descriptor)
    }

    /// Takes in what libzmq says about connections.
    mutating func readMonitor() throws(TransportError) {
        while let report = try monitor.next() {
            switch report.event {
            case ZMQ_EVENT_ACCEPTED: counters.connected += 1
            case ZMQ_EVENT_ACCEPT_FAILED: counters.acceptsFailed += 1
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
                counters.handshakesSucceeded += 1
                counters.wireBytesSent += UInt64(frameCost.handshakeToAgent)
                counters.wireBytesReceived += UInt64(frameCost.handshakeFromAgent)
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
                counters.handshakesFailed += 1
            case ZMQ_EVENT_DISCONNECTED:
                counters.disconnected += 1
                departures.noteEnd(descriptor: Int(Int32(truncatingIfNeeded: report.value)))
            default: break
            }
        }
    }
}
