import Bounded
import Foundation
import Synchronization
import Testing

@testable import ZMQTransport

/// How long a test waits for what must happen; it never decides how fast.
let patience = Duration.seconds(20)

extension FixedText {
    init(_ text: String) {
        self.init(bytes: [])
        for byte in text.utf8 { append(byte: byte) }
    }

    private init(bytes: [UInt8]) { self.init() }

    var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

/// An arena big enough for any socket of these tests.
func testArena() throws -> Arena { try Arena(limitBytes: 4 << 20) }

/// Limits that make trouble visible soon.
var quickLimits: SocketLimits {
    var limits = SocketLimits()
    limits.largestMessageBytes = 64 << 10
    limits.heartbeatIntervalMilliseconds = 200
    limits.heartbeatTimeoutMilliseconds = 1_000
    limits.handshakeIntervalMilliseconds = 1_000
    limits.reconnectIntervalMilliseconds = 20
    limits.reconnectIntervalMaximumMilliseconds = 200
    limits.lingerMilliseconds = 200
    return limits
}

/// A gateway's socket with one sender's view of what it got.
final class TestGateway {
    var socket: GatewaySocket
    let publicKey: PublicKey

    /// A secure gateway on a free port.
    init(endpoint: String = "tcp://127.0.0.1:*", pair: consuming KeyPair, limits: SocketLimits = quickLimits) throws {
        var arena = try testArena()
        let key = pair.publicKey
        socket = try GatewaySocket(
            endpoint: FixedText(endpoint), security: .curve(own: pair), limits: limits, allowedMaximum: 16,
            arena: &arena)
        publicKey = key
        ArenaBox.keep(arena)
    }

    /// A gateway without encryption on a free port.
    init(insecureAt endpoint: String = "tcp://127.0.0.1:*", limits: SocketLimits = quickLimits) throws {
        var arena = try testArena()
        socket = try GatewaySocket(
            endpoint: FixedText(endpoint), security: .insecure, limits: limits, allowedMaximum: 16, arena: &arena)
        publicKey = PublicKey(AgentKey(words: (0, 0, 0, 0)))
        ArenaBox.keep(arena)
    }

    var endpoint: String { socket.endpoint.string }

    func allow(_ key: PublicKey) {
        let isListed = socket.allow(key.agentKey)
        #expect(isListed)
    }

    func send(_ bytes: [UInt8], to connection: ConnectionID) throws -> SendResult {
        try bytes.withUnsafeBytes { try socket.send($0, to: connection) }
    }

    /// Polls once.
    func poll(milliseconds: Int = 5) throws { try socket.wait(milliseconds: milliseconds) }

    /// Polls once, and receives at most one message as (connection, key, bytes).
    func receive(milliseconds: Int = 5) throws -> (ConnectionID, AgentKey?, [UInt8])? {
        try socket.wait(milliseconds: milliseconds)
        guard let message = try socket.receive() else { return nil }
        return (message.connection, message.key, [UInt8](message.bytes))
    }
}

/// An agent's socket with its receive buffer.
final class TestAgent {
    var socket: AgentSocket
    var seen: [ConnectionEvent] = []

    init(endpoint: String, pair: consuming KeyPair, gateway: PublicKey, limits: SocketLimits = quickLimits) throws {
        var arena = try testArena()
        socket = try AgentSocket(
            endpoint: FixedText(endpoint), security: .curve(own: pair, gateway: gateway), limits: limits,
            arena: &arena)
        ArenaBox.keep(arena)
    }

    init(insecureTo endpoint: String, limits: SocketLimits = quickLimits) throws {
        var arena = try testArena()
        socket = try AgentSocket(
            endpoint: FixedText(endpoint), security: .insecure, limits: limits, arena: &arena)
        ArenaBox.keep(arena)
    }

    func send(_ bytes: [UInt8]) throws -> Bool {
        try bytes.withUnsafeBytes { try socket.send($0) }
    }

    func receive(capacity: Int = 64 << 10) throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: capacity)
        let size = try buffer.withUnsafeMutableBytes { try socket.receive(into: $0) }
        return size.map { Array(buffer[..<$0]) }
    }

    /// Polls once and keeps the events.
    func poll(milliseconds: Int = 5) throws {
        try socket.wait(milliseconds: milliseconds)
        while let event = socket.nextEvent() { seen.append(event) }
    }
}

/// Keeps the memory of sockets for the life of the process, so that no socket outlives it.
final class ArenaBox: @unchecked Sendable {
    private static let kept = Mutex<[ArenaBox]>([])
    let arena: Arena

    init(_ arena: consuming Arena) { self.arena = arena }

    static func keep(_ arena: consuming Arena) {
        let box = ArenaBox(arena)
        kept.withLock { $0.append(box) }
    }
}

/// Runs `step` until it answers true; that it never does is a failure.
func eventually(sourceLocation: SourceLocation = #_sourceLocation, _ step: () throws -> Bool) rethrows {
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
        if try step() { return }
    }
    Issue.record("it did not happen within \(patience)", sourceLocation: sourceLocation)
}

/// Lets an agent say something until the gateway has heard it; the agent's connection.
func connect(_ agent: TestAgent, _ gateway: TestGateway) throws -> ConnectionID? {
    var connection: ConnectionID?
    var hasSent = false
    try eventually {
        try agent.poll()
        if !hasSent || agent.seen.last == .disconnected { hasSent = try agent.send([0x68, 0x69]) }
        connection = try gateway.receive()?.0
        return connection != nil
    }
    return connection
}
