import Bounded

/// One frame that an agent sent.
public struct IncomingMessage {
    /// Where an answer goes.
    public let connection: ConnectionID
    /// Who sent it, proven by the handshake; nil in insecure mode.
    public let key: AgentKey?
    /// The frame, valid until the next `receive`.
    public let bytes: UnsafeRawBufferPointer
}

/// What became of a frame on its way to an agent.
public enum SendResult: Equatable, Sendable, BitwiseCopyable {
    /// libzmq has it; that says nothing about its arrival.
    case sent
    /// The agent's queue is full, because it does not read or the link is slow; the frame was not taken.
    case wouldBlock
    /// The connection no longer exists.
    case gone
}

/// What became of a frame that was meant for many agents.
public struct BroadcastResult: Equatable, Sendable, BitwiseCopyable {
    public var sent = 0
    public var wouldBlock = 0
    public var gone = 0

    public init() {}

    public mutating func add(_ result: SendResult) {
        switch result {
        case .sent: sent += 1
        case .wouldBlock: wouldBlock += 1
        case .gone: gone += 1
        }
    }
}
