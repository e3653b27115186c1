import Bounded

/// What happens to a gateway.
public enum GatewayEvent {
    /// A frame has come; `key` is what the transport proved about the sender, nil without security. The bytes are read
    /// before `handle` returns.
    case message(from: Connection, key: AgentKey?, bytes: UnsafeRawBufferPointer)
    /// The connection is closed, or a message to it could not be delivered.
    case connectionGone(Connection)
    /// The store has every version up to this one on disk.
    case stored(upTo: PolicyVersion)
    /// Time has passed; often enough is every 50 ms.
    case tick
    /// No more updates: what is in memory is still stored and acknowledged.
    case stop
}
