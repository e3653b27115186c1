import Bounded
import CSystem
import CZeroMQ

extension GatewaySocket {
    /// Hands one frame to the agent behind `connection`, without waiting.
    ///
    /// **Memory:** in the clear one block of libzmq for a frame above 33 bytes; with CURVE two for each frame (4.3.4).
    /// **Throws:** `TransportError.system`; the socket is of no further use.
    public mutating func send(
        _ bytes: UnsafeRawBufferPointer, to connection: ConnectionID
    ) throws(TransportError) -> SendResult {
        precondition(bytes.count <= limits.largestMessageBytes, "a frame above the largest message")
        guard outgoing.fill(bytes) else { throw .last("sending") }
        return try sendOutgoing(to: connection, count: bytes.count)
    }

    /// Prepares a frame for many agents; it is copied once, and `sendShared(to:)` hands out references.
    public mutating func beginShared(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        precondition(bytes.count <= limits.largestMessageBytes, "a frame above the largest message")
        guard shared.fill(bytes) else { throw .last("sending") }
    }

    /// Hands the prepared frame to one more agent, without waiting and without a copy.
    public mutating func sendShared(to connection: ConnectionID) throws(TransportError) -> SendResult {
        outgoing.share(shared)
        return try sendOutgoing(to: connection, count: shared.bytes.count)
    }

    /// Lets go of the prepared frame; libzmq keeps it until the last agent has it.
    public mutating func endShared() { shared.clear() }

    /// Hands one frame to many agents, copied once.
    public mutating func sendShared(
        _ bytes: UnsafeRawBufferPointer, to connections: UnsafeBufferPointer<ConnectionID>
    ) throws(TransportError) -> BroadcastResult {
        try beginShared(bytes)
        defer { endShared() }
        var result = BroadcastResult()
        for connection in connections { result.add(try sendShared(to: connection)) }
        return result
    }

    private mutating func sendOutgoing(
        to connection: ConnectionID, count: Int
    ) throws(TransportError) -> SendResult {
        connection.write(to: routing)
        var hasCaughtUp = false
        while zmq_send(socket.pointer, routing.baseAddress, ConnectionID.routingBytes, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0 {
            let code = zmq_errno()
            if code == EINTR { continue }
            if code == EAGAIN, !hasCaughtUp {
                // The queue may be empty by now: while frames keep coming, libzmq looks only every so often at what its
                // own thread has told it about room in queues. Catching up makes it look.
                hasCaughtUp = true
                socket.catchUp()
                continue
            }
            outgoing.clear()
            if code == EHOSTUNREACH {
                counters.peerGone += 1
                return .gone
            }
            guard code == EAGAIN else { throw TransportError(code: code, operation: "sending") }
            counters.wouldBlock += 1
            return .wouldBlock
        }
        while zmq_msg_send(outgoing.message, socket.pointer, ZMQ_DONTWAIT) < 0 {
            let code = zmq_errno()
            if code == EINTR { continue }
            outgoing.clear()
            throw TransportError(code: code, operation: "sending")
        }
        counters.framesSent += 1
        counters.bytesSent += UInt64(count)
        counters.wireBytesSent += UInt64(frameCost.bytes(count))
        return .sent
    }
}
