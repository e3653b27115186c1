import Bounded
import CSystem
import CZeroMQ

/// An agent's connection to its gateway: a DEALER socket with CURVE, its monitor, and a wake-up.
///
/// One thread uses it. Frames are copied once on the way in and once on the way out; nothing queues while there is no
/// connection (`send` answers false), and a connection that was refused is tried again for ever, with a growing wait.
/// **Memory:** 64 bytes of the arena, which must outlive every use but not the closing; libzmq's context and its two
/// threads; at most the frames of both queues.
public struct AgentSocket: ~Copyable {
    /// How the two sides know each other.
    public struct Security: ~Copyable {
        let own: KeyPair
        let gateway: PublicKey
        let isSecure: Bool

        /// Encrypted; the gateway is known by its public key, the agent by its own.
        public static func curve(own: consuming KeyPair, gateway: PublicKey) -> Security {
            Security(own: own, gateway: gateway, isSecure: true)
        }

        /// Neither encrypted nor authenticated. Refused off loopback.
        public static var insecure: Security {
            Security(own: .none, gateway: PublicKey(AgentKey(words: (0, 0, 0, 0))), isSecure: false)
        }
    }

    // The context owns the sockets below it.
    private var context: TransportContext
    let socket: Socket
    let monitor: SocketMonitor
    private let wakeEvent: WakeEvent
    private let outgoing: MessageSlot
    private let pollItems: UnsafeMutablePointer<zmq_pollitem_t>

    /// Where the gateway listens.
    public let endpoint: Endpoint
    /// What frames cost on the wire.
    public let frameCost: FrameCost
    /// The limits that are set.
    public let limits: SocketLimits
    /// What was moved and dropped so far.
    public internal(set) var counters = TransportCounters()
    /// How far the connection has come.
    public internal(set) var step = ConnectionStep.tcp
    /// Why the last handshake failed; nil once one has succeeded.
    public internal(set) var lastFailure: HandshakeFailure?

    var events = EventRing()
    var redialAt: Instant?
    var redialWaitMilliseconds: Int

    /// Opens the socket and begins to connect; it returns at once, whether or not a gateway is there.
    ///
    /// **Throws:** `TransportError`; a malformed endpoint, insecure mode off loopback, a limit out of range, memory.
    public init(
        endpoint: FixedText, security: borrowing Security, limits: SocketLimits, arena: inout Arena
    ) throws(TransportError) {
        let endpoint = try Endpoint(checking: endpoint)
        guard !endpoint.isEveryAddress, !endpoint.hasFreePort else {
            throw .endpointMalformed(endpoint.text, expected: "tcp://host:port (an agent needs both)")
        }
        var context = try TransportContext()
        let socket = try context.open(ZMQ_DEALER)
        try limits.apply(to: socket, endpoint: endpoint)
        try socket.set(ZMQ_RECONNECT_IVL, limits.reconnectIntervalMilliseconds)
        try socket.set(ZMQ_RECONNECT_IVL_MAX, limits.reconnectIntervalMaximumMilliseconds)
        try socket.set(ZMQ_CONNECT_TIMEOUT, limits.handshakeIntervalMilliseconds)
        // Only a finished connection takes frames: nothing goes stale in a queue during an outage.
        try socket.set(ZMQ_IMMEDIATE, 1)
        try Self.apply(security, to: socket, endpoint: endpoint)
        let monitor = try context.openMonitor(
            of: socket, events: ZMQ_EVENT_ALL, address: "inproc://lapwing-agent-monitor")
        let wakeEvent = try WakeEvent()
        let outgoing = MessageSlot()
        let pollItems = try Self.reserveItems(&arena)
        if endpoint.text.withCString({ zmq_connect(socket.pointer, $0) }) != 0 {
            throw .last("connecting", endpoint: endpoint.text)
        }
        self.context = context
        self.wakeEvent = wakeEvent
        self.outgoing = outgoing
        self.pollItems = pollItems
        self.socket = socket
        self.monitor = SocketMonitor(socket: monitor)
        self.endpoint = endpoint
        self.limits = limits
        frameCost = FrameCost(isEncrypted: security.isSecure)
        redialWaitMilliseconds = limits.reconnectIntervalMilliseconds
    }

    // Explicit, though empty: Embedded Swift finds the deinits of the internal types inside only from this module.
    deinit {}

    /// Reserves what `init` reserves, and opens nothing: for a memory plan.
    ///
    /// **Throws:** `TransportError.memory`.
    public static func reserve(in arena: inout Arena) throws(TransportError) {
        _ = try reserveItems(&arena)
    }

    private static func reserveItems(
        _ arena: inout Arena
    ) throws(TransportError) -> UnsafeMutablePointer<zmq_pollitem_t> {
        try reservePollItems(3, arena: &arena, holder: "agent socket")
    }

    private static func apply(
        _ security: borrowing Security, to socket: Socket, endpoint: Endpoint
    ) throws(TransportError) {
        guard security.isSecure else {
            guard endpoint.isLoopback else { throw .insecureOffLoopback(endpoint.text) }
            return
        }
        try security.gateway.withBytes { bytes throws(TransportError) in
            try socket.set(ZMQ_CURVE_SERVERKEY, bytes)
        }
        try security.own.apply(to: socket)
    }

    /// Ends a `wait` from elsewhere.
    public var wakeHandle: WakeHandle { WakeHandle(descriptor: wakeEvent.descriptor) }

    /// Hands one frame to libzmq; false when the queue is full or there is no connection, and the frame was not taken.
    ///
    /// **Memory:** in the clear one block of libzmq for a frame above 33 bytes; with CURVE two for each frame (4.3.4).
    /// **Throws:** `TransportError.system`; the socket is of no further use.
    public mutating func send(_ bytes: UnsafeRawBufferPointer) throws(TransportError) -> Bool {
        precondition(bytes.count <= limits.largestMessageBytes, "a frame above the largest message")
        guard outgoing.fill(bytes) else { throw .last("sending") }
        while zmq_msg_send(outgoing.message, socket.pointer, ZMQ_DONTWAIT) < 0 {
            let code = zmq_errno()
            if code == EINTR { continue }
            outgoing.clear()
            guard code == EAGAIN || code == EHOSTUNREACH else {
                throw TransportError(code: code, operation: "sending")
            }
            counters.wouldBlock += 1
            return false
        }
        counters.framesSent += 1
        counters.bytesSent += UInt64(bytes.count)
        counters.wireBytesSent += UInt64(frameCost.bytes(bytes.count))
        return true
    }

    /// Receives one frame without waiting: its size; nil when none is there.
    ///
    /// **Limit:** a frame larger than `buffer`, or a message of several frames, is dropped and counted, and the next is
    /// tried.
    /// **Throws:** `TransportError.system`; the socket is of no further use.
    public mutating func receive(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int? {
        while let size = try socket.receiveFrame(into: buffer) {
            counters.framesReceived += 1
            counters.bytesReceived += UInt64(size)
            counters.wireBytesReceived += UInt64(frameCost.bytes(size))
            if socket.hasMoreFrames {
                socket.discardRemainingFrames()
                counters.droppedMultipart += 1
            } else if size > buffer.count {
                counters.droppedOversize += 1
            } else {
                return size
            }
        }
        return nil
    }

    /// Waits until a frame or an event is there, a wake-up comes, a signal arrives, or the time is over; then takes in
    /// what the monitor says. Call it at least every few seconds, with 0 while there is work to do.
    ///
    /// **Throws:** `TransportError.system`; the socket is of no further use.
    public mutating func wait(milliseconds: Int) throws(TransportError) {
        var limit = max(milliseconds, 0)
        if let redialAt { limit = min(limit, redialAt.milliseconds(since: .now) + 1) }
        pollItems[0] = zmq_pollitem_t(socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        pollItems[1] = zmq_pollitem_t(socket: monitor.socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        pollItems[2] = zmq_pollitem_t(socket: nil, fd: wakeEvent.descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
        if zmq_poll(pollItems, 3, events.isEmpty ? limit : 0) < 0 && zmq_errno() != EINTR {
            throw .last("waiting")
        }
        _ = wakeEvent.consume()
        try readMonitor()
        try redialIfDue()
    }

    /// The next thing that happened to the connection, oldest first; nil when there is nothing new.
    public mutating func nextEvent() -> ConnectionEvent? { events.next() }
}
