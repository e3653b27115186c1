import Bounded

/// The agent's side of one connection: nothing is sent before a Hello, and no update before the Welcome.
///
/// **Memory:** a few words.
public struct Session: Sendable {
    /// How far this connection has come.
    public enum State: Sendable, Equatable {
        /// No connection with a finished handshake.
        case detached
        /// Connected; a Hello is to be sent.
        case greeting
        /// The Hello is on its way; no answer yet.
        case helloSent
        /// The gateway answered with a Welcome.
        case welcomed
    }

    /// How far the connection has come.
    public private(set) var state = State.detached
    /// How long a Hello waits for its answer before it is sent again.
    public let helloIntervalMilliseconds: Int
    private var helloAt = Instant(nanoseconds: 0)

    /// No connection yet.
    public init(helloIntervalMilliseconds: Int) {
        precondition(helloIntervalMilliseconds > 0, "a Hello interval must be positive")
        self.helloIntervalMilliseconds = helloIntervalMilliseconds
    }

    /// Whether updates may be sent.
    public var isWelcomed: Bool { state == .welcomed }

    /// A connection has finished its handshake: a Hello is due at once.
    public mutating func connected(at now: Instant) {
        state = .greeting
        helloAt = now
    }

    /// The connection is gone.
    public mutating func disconnected() { state = .detached }

    /// The session must be opened again on the same connection, no earlier than `instant`.
    public mutating func reopen(at instant: Instant) {
        guard state != .detached else { return }
        state = .greeting
        helloAt = instant
    }

    /// When a Hello is due; nil when none is.
    public var helloDueAt: Instant? {
        state == .greeting || state == .helloSent ? helloAt : nil
    }

    /// Whether a Hello is to be sent now.
    public func isHelloDue(at now: Instant) -> Bool {
        guard let due = helloDueAt else { return false }
        return due <= now
    }

    /// The transport took the Hello.
    public mutating func helloSent(at now: Instant) {
        precondition(state == .greeting || state == .helloSent, "a Hello sent outside a connection")
        state = .helloSent
        helloAt = now.advanced(byMilliseconds: helloIntervalMilliseconds)
    }

    /// Takes a Welcome; false when no Hello of this connection asked for it.
    public mutating func welcomed() -> Bool {
        guard state == .helloSent else { return false }
        state = .welcomed
        return true
    }
}
