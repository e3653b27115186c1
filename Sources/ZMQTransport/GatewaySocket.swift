import Bounded
import CSystem
import CZeroMQ

/// A gateway's end of all its agents' connections: a ROUTER socket with CURVE, access control by key, and a wake-up.
///
/// One thread uses it, and it must call `wait` often: keys are checked and ended connections forgotten there, and what
/// is not polled grows inside libzmq.
/// **Memory:** the arena's share depends on `allowedMaximum` alone, and the arena must outlive every use but not the
/// closing; libzmq holds at most both queues of each connection.
public struct GatewaySocket: ~Copyable {
    /// How the two sides know each other.
    public struct Security: ~Copyable {
        let own: KeyPair
        let isSecure: Bool

        /// Encrypted; only keys on the list are let in, and the list begins empty.
        public static func curve(own: consuming KeyPair) -> Security { Security(own: own, isSecure: true) }

        /// Neither encrypted nor authenticated. Refused off loopback.
        public static var insecure: Security { Security(own: .none, isSecure: false) }
    }

    // The context owns the sockets below it.
    private var context: TransportContext
    let socket: Socket
    let monitor: SocketMonitor
    var access: AccessControl
    var departures: DepartureTracker
    private let wakeEvent: WakeEvent
    let outgoing: MessageSlot
    let incoming: MessageSlot
    let shared: MessageSlot
    let routing: UnsafeMutableRawBufferPointer
    private let pollItems: UnsafeMutablePointer<zmq_pollitem_t>

    /// The address that agents connect to, its port filled in.
    public let endpoint: FixedText
    /// The limits that are set.
    public let limits: SocketLimits
    /// Whether agents are known by their keys.
    public let isSecure: Bool
    /// What frames cost on the wire.
    public var frameCost: FrameCost { FrameCost(isEncrypted: isSecure) }
    /// What was moved and dropped so far.
    public internal(set) var counters = TransportCounters()

    /// Opens the socket and listens. Keys are allowed afterwards; nobody is let in before that.
    ///
    /// **Throws:** `TransportError`; a malformed or occupied endpoint, insecure mode off loopback, a limit out of
    /// range, memory.
    public init(
        endpoint: FixedText, security: borrowing Security, limits: SocketLimits, allowedMaximum: Int,
        arena: inout Arena
    ) throws(TransportError) {
        let endpoint = try Endpoint(checking: endpoint)
        var context = try TransportContext()
        // Access control listens first: there is no moment at which a connection is let in unasked.
        let access = try AccessControl(context: &context, maximum: allowedMaximum, arena: &arena)
        let socket = try context.open(ZMQ_ROUTER)
        try limits.apply(to: socket, endpoint: endpoint)
        try socket.set(ZMQ_BACKLOG, limits.backlog)
        // Without it, frames for a full or lost connection vanish without a word.
        try socket.set(ZMQ_ROUTER_MANDATORY, 1)
        try Self.apply(security, to: socket, endpoint: endpoint)
        let events =
            ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
            | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        let monitor = try context.openMonitor(of: socket, events: events, address: "inproc://lapwing-gateway-monitor")
        let departures = try DepartureTracker(descriptors: max(1_024, 4 * allowedMaximum), arena: &arena)
        let wakeEvent = try WakeEvent()
        let outgoing = MessageSlot()
        let incoming = MessageSlot()
        let shared = MessageSlot()
        let routing = try reserve(UInt8.self, count: 64, arena: &arena, holder: "gateway socket")
        let pollItems = try reservePollItems(4, arena: &arena, holder: "gateway socket")
        if endpoint.text.withCString({ zmq_bind(socket.pointer, $0) }) != 0 {
            throw .last("listening", endpoint: endpoint.text)
        }
        self.endpoint = socket.lastEndpoint
        self.context = context
        self.access = access
        self.departures = departures
        self.wakeEvent = wakeEvent
        self.outgoing = outgoing
        self.incoming = incoming
        self.shared = shared
        self.routing = UnsafeMutableRawBufferPointer(routing)
        self.pollItems = pollItems
        isSecure = security.isSecure
        self.socket = socket
        self.monitor = SocketMonitor(socket: monitor)
        self.limits = limits
    }

    private static func apply(
        _ security: borrowing Security, to socket: Socket, endpoint: Endpoint
    ) throws(TransportError) {
        guard security.isSecure else {
            guard endpoint.isLoopback else { throw .insecureOffLoopback(endpoint.text) }
            return
        }
        try socket.set(ZMQ_CURVE_SERVER, 1)
        try security.own.apply(to: socket)
        let domain = AccessControl.domain
        try socket.set(
            ZMQ_ZAP_DOMAIN, UnsafeRawBufferPointer(start: domain.utf8Start, count: domain.utf8CodeUnitCount))
        // Otherwise libzmq lets everybody in when it cannot reach the access control.
        try socket.set(Int32(ZMQ_ZAP_ENFORCE_DOMAIN), 1)
    }

    /// Ends a `wait` from another thread.
    public var wakeHandle: WakeHandle { WakeHandle(descriptor: wakeEvent.descriptor) }

    /// Waits until a message is there, a wake-up comes, a signal arrives, or the time is over; then answers who asks
    /// to be let in, and takes in what the monitor says.
    ///
    /// **Throws:** `TransportError.system`; the socket is of no further use.
    public mutating func wait(milliseconds: Int) throws(TransportError) {
        pollItems[0] = zmq_pollitem_t(socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        pollItems[1] = zmq_pollitem_t(socket: monitor.socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        pollItems[2] = zmq_pollitem_t(socket: access.socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        pollItems[3] = zmq_pollitem_t(socket: nil, fd: wakeEvent.descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
        if zmq_poll(pollItems, 4, max(milliseconds, 0)) < 0 && zmq_errno() != EINTR { throw .last("waiting") }
        _ = wakeEvent.consume()
        counters.keysRefused += try access.serve()
        try readMonitor()
    }
}
