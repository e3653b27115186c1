import Bounded
import CZeroMQ

/// Every limit of a socket, all of them set: libzmq's own defaults wait for ever, queue a thousand messages, and take
/// a message of any size.
public struct SocketLimits: Sendable, BitwiseCopyable {
    /// The largest frame in either direction. A peer that sends a larger one is cut off before it is stored.
    /// **Units:** bytes. **Limit:** 1,024 to 1 GiB.
    public var largestMessageBytes = 1 << 20
    /// Frames that wait to be sent to one peer; one more is refused (`wouldBlock`), never stored. libzmq's default of
    /// 1,000 delivers a burst of stale messages after an outage.
    public var sendQueueFrames = 2
    /// Frames of one peer that wait to be received; beyond, TCP makes the peer wait.
    public var receiveQueueFrames = 2
    /// Silence after which a peer is asked for a sign of life. **Units:** milliseconds.
    public var heartbeatIntervalMilliseconds = 2_000
    /// How long the sign of life may take before the connection is given up; also what the peer is told to apply
    /// when it hears nothing from here. **Units:** milliseconds.
    public var heartbeatTimeoutMilliseconds = 6_000
    /// The longest that a connection may take from TCP to the end of the CURVE handshake, and that a TCP connection may
    /// take itself. **Units:** milliseconds.
    public var handshakeIntervalMilliseconds = 5_000
    /// Wait before the first attempt to connect again; it doubles up to the maximum below. **Units:** milliseconds.
    public var reconnectIntervalMilliseconds = 100
    /// The longest wait between two attempts to connect. **Units:** milliseconds.
    public var reconnectIntervalMaximumMilliseconds = 5_000
    /// The longest that closing waits for frames on their way out. **Units:** milliseconds.
    public var lingerMilliseconds = 500
    /// TCP connections that wait to be accepted (gateway).
    public var backlog = 128

    public init() {}

    /// Throws `limitOutOfRange` for the first value that makes no sense.
    func check() throws(TransportError) {
        try Self.check(largestMessageBytes, "largest_message_bytes", 1_024, 1 << 30)
        try Self.check(sendQueueFrames, "the send queue", 1, 64)
        try Self.check(receiveQueueFrames, "the receive queue", 1, 64)
        try Self.check(heartbeatIntervalMilliseconds, "heartbeat_interval_ms", 10, 600_000)
        try Self.check(heartbeatTimeoutMilliseconds, "heartbeat_timeout_ms", 10, 6_000_000)
        try Self.check(handshakeIntervalMilliseconds, "handshake_interval_ms", 10, 600_000)
        try Self.check(reconnectIntervalMilliseconds, "reconnect_interval_ms", 1, 600_000)
        try Self.check(
            reconnectIntervalMaximumMilliseconds, "reconnect_interval_max_ms", reconnectIntervalMilliseconds, 3_600_000)
        try Self.check(lingerMilliseconds, "linger_ms", 0, 60_000)
        try Self.check(backlog, "the backlog", 1, 65_535)
    }

    private static func check(
        _ value: Int, _ name: StaticString, _ lowest: Int, _ highest: Int
    ) throws(TransportError) {
        guard value >= lowest, value <= highest else {
            throw .limitOutOfRange(name: name, lowest: lowest, highest: highest)
        }
    }

    /// Sets what both kinds of socket share.
    func apply(to socket: Socket, endpoint: Endpoint) throws(TransportError) {
        try check()
        try socket.setWide(ZMQ_MAXMSGSIZE, largestMessageBytes)
        try socket.set(ZMQ_SNDHWM, sendQueueFrames)
        try socket.set(ZMQ_RCVHWM, receiveQueueFrames)
        try socket.set(ZMQ_HEARTBEAT_IVL, heartbeatIntervalMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_TIMEOUT, heartbeatTimeoutMilliseconds)
        // What the peer applies to us: it must not give up before our next heartbeat is due.
        try socket.set(ZMQ_HEARTBEAT_TTL, heartbeatTimeoutMilliseconds)
        try socket.set(ZMQ_HANDSHAKE_IVL, handshakeIntervalMilliseconds)
        try socket.set(ZMQ_LINGER, lingerMilliseconds)
        // A second line of defence, for a libzmq peer whose heartbeats are off.
        try socket.set(ZMQ_TCP_KEEPALIVE, 1)
        try socket.set(ZMQ_TCP_KEEPALIVE_IDLE, 30)
        try socket.set(ZMQ_TCP_KEEPALIVE_INTVL, 10)
        try socket.set(ZMQ_TCP_KEEPALIVE_CNT, 3)
        if endpoint.isVersion6 { try socket.set(ZMQ_IPV6, 1) }
    }
}
