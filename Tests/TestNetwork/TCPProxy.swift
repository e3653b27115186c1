import Foundation
import Glibc

/// Stands between clients and a server on loopback: counts the bytes of every TCP stream, and makes the link fail.
///
/// It carries bytes, not messages: what it counts is what a link would be charged for, less TCP's and IP's headers.
public final class TCPProxy: @unchecked Sendable {
    /// The bytes that came from one side.
    public struct Count: Equatable, Sendable {
        /// From clients towards the server.
        public var up = 0
        /// From the server towards clients.
        public var down = 0
    }

    private struct State {
        var count = Count()
        var connections: [Int32] = []
        var accepted = 0
        var isRefusing = false
        var isHolding = false
        var cutAfterUp: Int?
    }

    /// The port that clients connect to.
    public let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let condition = NSCondition()
    private var state = State()

    /// Listens on a free port, and connects each client to `target` on loopback.
    public init(to target: UInt16) {
        self.target = target
        let listening = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        _ = Self.with(&address) { bind(listening, $0, $1) }
        listen(listening, 64)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = Self.with(&address) { pointer, _ in getsockname(listening, pointer, &length) }
        listener = listening
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in acceptClients() }
    }

    /// The port of `tcp://host:port`.
    public convenience init(to endpoint: String) {
        self.init(to: UInt16(endpoint.split(separator: ":").last ?? "") ?? 0)
    }

    /// Where clients connect to.
    public var endpoint: String { "tcp://127.0.0.1:\(port)" }
    /// What has come in so far.
    public var count: Count { locked { $0.count } }
    /// Connections that were taken so far.
    public var accepted: Int { locked { $0.accepted } }

    /// Ends every connection that stands; new ones are taken.
    public func cut() {
        for descriptor in locked({ $0.connections }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// Ends every connection once `bytes` more have come from the clients; the rest of that piece is lost.
    public func cut(afterUp bytes: Int) { locked { $0.cutAfterUp = $0.count.up + bytes } }

    /// Whether new connections are ended at once.
    public func refuse(_ isRefusing: Bool) { locked { $0.isRefusing = isRefusing } }

    /// Whether bytes are kept back, as by a link that has gone quiet without an end.
    public func hold(_ isHolding: Bool) {
        locked { $0.isHolding = isHolding }
    }

    /// Takes no more connections and ends those that stand.
    public func stop() {
        hold(false)
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    // MARK: - Carrying

    @discardableResult
    private func locked<Result>(_ body: (inout State) -> Result) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body(&state)
    }

    private func acceptClients() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            let isRefusing = locked { state in
                state.accepted += 1
                return state.isRefusing
            }
            let server = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(target)
            guard !isRefusing, Self.with(&address, { connect(server, $0, $1) }) == 0 else {
                close(client)
                close(server)
                continue
            }
            var noDelay: Int32 = 1
            for descriptor in [client, server] { setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, 4) }
            locked { $0.connections += [client, server] }
            let open = OpenEnds()
            Thread.detachNewThread { [self] in carry(client, server, isUp: true, open) }
            Thread.detachNewThread { [self] in carry(server, client, isUp: false, open) }
        }
        close(listener)
    }

    /// Tells the second of two threads that it may close the descriptors.
    private final class OpenEnds: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 2
        func leave() -> Bool {
            lock.withLock {
                count -= 1
                return count == 0
            }
        }
    }

    private func carry(_ source: Int32, _ sink: Int32, isUp: Bool, _ open: OpenEnds) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let size = recv(source, &buffer, buffer.count, 0)
            guard size > 0 else { break }
            var passed = size
            locked { state in
                while state.isHolding {
                    condition.wait()
                }
                if isUp {
                    state.count.up += size
                    if let limit = state.cutAfterUp, state.count.up >= limit {
                        passed = max(0, size - (state.count.up - limit))
                        state.cutAfterUp = nil
                    }
                } else {
                    state.count.down += size
                }
            }
            var sent = 0
            while sent < passed {
                let count = buffer.withUnsafeBytes { bytes in
                    send(sink, bytes.baseAddress?.advanced(by: sent), passed - sent, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                sent += count
            }
            if passed < size { cut() }
            if sent < passed { break }
        }
        for descriptor in [source, sink] { shutdown(descriptor, Int32(SHUT_RDWR)) }
        guard open.leave() else { return }
        locked { $0.connections.removeAll { $0 == source || $0 == sink } }
        for descriptor in [source, sink] { close(descriptor) }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func with<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
