/// The limits of a socket, in the units of the configuration file.
public struct NetworkSettings: Equatable, Sendable {
    /// Silence after which the other side is asked for a sign of life.
    public var heartbeatIntervalMilliseconds = 2_000
    /// How long that sign may take before the connection is given up.
    public var heartbeatTimeoutMilliseconds = 6_000
    /// How long a connection may take from TCP to the end of the key exchange.
    public var handshakeIntervalMilliseconds = 5_000
    /// Wait before the first attempt to connect again; it doubles.
    public var reconnectIntervalMilliseconds = 100
    /// The longest wait between two attempts.
    public var reconnectIntervalMaximumMilliseconds = 5_000
    /// How long closing waits for messages on their way out.
    public var lingerMilliseconds = 500
    /// The largest message either way.
    public var largestMessageBytes = 1 << 20

    public init() {}

    mutating func visit(_ visitor: SchemaVisitor) {
        visitor.begin(section: "network")
        visitor.integer(
            "heartbeat_interval_ms", &heartbeatIntervalMilliseconds, IntegerRange(10, 600_000, "milliseconds"))
        visitor.integer(
            "heartbeat_timeout_ms", &heartbeatTimeoutMilliseconds, IntegerRange(10, 6_000_000, "milliseconds"))
        visitor.integer(
            "handshake_interval_ms", &handshakeIntervalMilliseconds, IntegerRange(10, 600_000, "milliseconds"))
        visitor.integer(
            "reconnect_interval_ms", &reconnectIntervalMilliseconds, IntegerRange(1, 600_000, "milliseconds"))
        visitor.integer(
            "reconnect_interval_max_ms", &reconnectIntervalMaximumMilliseconds,
            IntegerRange(1, 3_600_000, "milliseconds"))
        visitor.integer("linger_ms", &lingerMilliseconds, IntegerRange(0, 60_000, "milliseconds"))
        visitor.integer("largest_message_bytes", &largestMessageBytes, IntegerRange(1_024, 1 << 30, "bytes"))
    }

    var conflict: StaticString? {
        if heartbeatTimeoutMilliseconds < heartbeatIntervalMilliseconds {
            return "heartbeat_timeout_ms is below heartbeat_interval_ms; make it two or three times as long"
        }
        if reconnectIntervalMaximumMilliseconds < reconnectIntervalMilliseconds {
            return "reconnect_interval_max_ms is below reconnect_interval_ms; raise it"
        }
        return nil
    }
}
