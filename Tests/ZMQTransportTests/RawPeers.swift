import CZeroMQ
import Foundation
import Glibc

/// A peer that uses libzmq without any of the library's care: a plain DEALER.
final class RawDealer {
    private let context = zmq_ctx_new()
    private let socket: UnsafeMutableRawPointer?

    init(endpoint: String, routingID: [UInt8] = []) {
        socket = zmq_socket(context, ZMQ_DEALER)
        var linger: Int32 = 200
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, 4)
        if !routingID.isEmpty { zmq_setsockopt(socket, ZMQ_ROUTING_ID, routingID, routingID.count) }
        zmq_connect(socket, endpoint)
    }

    deinit {
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    /// Sends one message of these frames.
    func send(_ frames: [[UInt8]]) {
        for (index, frame) in frames.enumerated() {
            zmq_send(socket, frame, frame.count, index < frames.count - 1 ? ZMQ_SNDMORE : 0)
        }
    }
}

/// The port at the end of an endpoint.
func port(of endpoint: String) -> UInt16 { UInt16(endpoint.split(separator: ":").last ?? "") ?? 0 }

private func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
}

private func withAddress<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}

/// A TCP connection that speaks no ZeroMQ.
final class RawConnection: @unchecked Sendable {
    let descriptor: Int32

    init(port: UInt16) {
        descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        _ = withAddress(&address) { connect(descriptor, $0, $1) }
    }

    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// What has arrived; nil at the end.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// A listening TCP socket that speaks no ZeroMQ.
final class RawListener: @unchecked Sendable {
    private let descriptor: Int32
    let port: UInt16

    init() {
        let listening = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        _ = withAddress(&address) { bind(listening, $0, $1) }
        listen(listening, 16)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withAddress(&address) { pointer, _ in getsockname(listening, pointer, &length) }
        descriptor = listening
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// The next connection; nil once the listener is shut.
    func accept() -> RawConnection? {
        let accepted = Glibc.accept(descriptor, nil, nil)
        return accepted >= 0 ? RawConnection(descriptor: accepted) : nil
    }

    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// Passes bytes between a client and a server, and changes one on demand.
final class FlippingProxy: @unchecked Sendable {
    private let listener = RawListener()
    private let target: UInt16
    private let lock = NSLock()
    private var mustFlip = false

    var endpoint: String { "tcp://127.0.0.1:\(listener.port)" }

    init(to port: UInt16) {
        target = port
        Thread.detachNewThread { [self] in
            while let client = listener.accept() { serve(client) }
        }
    }

    /// Changes the last byte of the next piece on its way to the client.
    func flipOnce() { lock.withLock { mustFlip = true } }

    func stop() { listener.shut() }

    private func serve(_ client: RawConnection) {
        let server = RawConnection(port: target)
        Thread.detachNewThread {
            while let bytes = client.read() { server.write(bytes) }
            server.shut()
        }
        Thread.detachNewThread { [self] in
            while var bytes = server.read() {
                let flips = lock.withLock {
                    defer { mustFlip = false }
                    return mustFlip
                }
                if flips { bytes[bytes.count - 1] ^= 0x10 }
                client.write(bytes)
            }
            client.shut()
        }
    }
}
