import Bounded
import CSystem
import CZeroMQ

/// One libzmq context with every socket that was opened in it, and the only place that closes them.
///
/// Letting go of it closes the sockets first and then waits for libzmq's threads, at most as long as sockets linger.
/// **Memory:** two threads of libzmq.
struct TransportContext: ~Copyable {
    /// The most sockets that one context opens here.
    static let socketsMaximum = 4

    private let pointer: UnsafeMutableRawPointer
    private var sockets: InlineArray<4, UnsafeMutableRawPointer?> = .init(repeating: nil)
    private var socketCount = 0

    init() throws(TransportError) {
        guard zmq_has("curve") != 0 else { throw .noEncryption }
        guard let context = zmq_ctx_new() else { throw .last("creating a libzmq context") }
        pointer = context
        // Its own sockets and no more; the default reserves slots for 1,023.
        _ = zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 16)
        _ = zmq_ctx_set(context, ZMQ_BLOCKY, 0)
    }

    deinit {
        for index in 0..<socketCount { _ = zmq_close(sockets[index]) }
        while zmq_ctx_term(pointer) != 0 && zmq_errno() == EINTR {}
    }

    mutating func open(_ type: Int32) throws(TransportError) -> Socket {
        precondition(socketCount < Self.socketsMaximum, "more sockets than a context owns")
        guard let socket = zmq_socket(pointer, type) else { throw .last("opening a socket") }
        sockets[socketCount] = socket
        socketCount += 1
        let opened = Socket(pointer: socket)
        // Whatever happens later in a start, leaving never waits for a message that nobody will read.
        try opened.set(ZMQ_LINGER, 0)
        return opened
    }

    /// Opens a socket that reports what happens to the connections of `socket`.
    mutating func openMonitor(
        of socket: Socket, events: Int32, address: StaticString
    ) throws(TransportError) -> Socket {
        let name = FixedText(address)
        if name.withCString({ zmq_socket_monitor(socket.pointer, $0, events) }) != 0 {
            throw .last("monitoring a socket")
        }
        let monitor = try open(ZMQ_PAIR)
        if name.withCString({ zmq_connect(monitor.pointer, $0) }) != 0 { throw .last("monitoring a socket") }
        return monitor
    }
}
