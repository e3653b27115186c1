import Wire

/// What a message is, as traffic is counted by; the raw values index `GatewayTraffic`.
public enum MessageKind: Int, Sendable, CaseIterable {
    case hello, update, skip, fetch, goodbye, progress
    /// What an agent sent and nobody can read.
    case unreadable
    case welcome, policy, announce, reject, collect
    /// Greetings and key exchanges of connections, which are the transport's own: from agents, and to them.
    case handshakeFromAgent, handshakeToAgent

    /// Whether agents send it; else the gateway does.
    public var isFromAgent: Bool {
        switch self {
        case .hello, .update, .skip, .fetch, .goodbye, .progress, .unreadable, .handshakeFromAgent: true
        case .welcome, .policy, .announce, .reject, .collect, .handshakeToAgent: false
        }
    }

    init(_ message: AgentMessage) {
        switch message {
        case .hello: self = .hello
        case .update: self = .update
        case .skip: self = .skip
        case .fetch: self = .fetch
        case .goodbye: self = .goodbye
        case .progress: self = .progress
        }
    }

    init(_ message: GatewayMessage) {
        switch message {
        case .welcome: self = .welcome
        case .policy: self = .policy
        case .announce: self = .announce
        case .reject: self = .reject
        case .collect: self = .collect
        }
    }
}
