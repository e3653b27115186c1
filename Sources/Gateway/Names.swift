import GatewayCore
import Wire

extension RejectReason {
    /// The reason as events and logs spell it.
    var text: StaticString {
        switch self {
        case .unknownKey: "unknown-key"
        case .protocolVersion: "protocol-version"
        case .shape: "shape"
        case .notFinite: "not-finite"
        case .stale: "stale"
        case .futureVersion: "future-version"
        case .oldEpoch: "old-epoch"
        case .sequence: "sequence"
        case .norm: "norm"
        case .malformed: "malformed"
        case .notWelcomed: "not-welcomed"
        case .busy: "busy"
        case .full: "full"
        case .codec: "codec"
        case .mirror: "mirror"
        case .messageSize: "message-size"
        case .stopping: "stopping"
        case .filtered: "filtered"
        }
    }
}

extension MessageKind {
    /// The kind as the fields of events spell it.
    package var text: StaticString {
        switch self {
        case .hello: "hello"
        case .update: "update"
        case .skip: "skip"
        case .fetch: "fetch"
        case .goodbye: "goodbye"
        case .progress: "progress"
        case .unreadable: "unreadable"
        case .welcome: "welcome"
        case .policy: "policy"
        case .announce: "announce"
        case .reject: "reject"
        case .collect: "collect"
        case .handshakeFromAgent: "handshake"
        case .handshakeToAgent: "handshake"
        }
    }
}

extension GatewayNotice.Departure {
    var text: StaticString {
        switch self {
        case .goodbye: "goodbye"
        case .connectionGone: "connection-gone"
        case .timedOut: "timed-out"
        }
    }
}

extension GatewayNotice.Completion {
    var text: StaticString {
        switch self {
        case .updates: "updates"
        case .steps: "steps"
        case .targetReturn: "target-return"
        }
    }
}
