/// What became of a frame that was meant for many agents.
public struct BroadcastResult: Equatable, Sendable, BitwiseCopyable {
    /// Agents whose frame libzmq has.
    public var sent = 0
    /// Agents whose queue is full.
    public var wouldBlock = 0
    /// Agents that are no longer there.
    public var gone = 0

    public init() {}

    /// Counts one more.
    public mutating func add(_ result: SendResult) {
        switch result {
        case .sent: sent += 1
        case .wouldBlock: wouldBlock += 1
        case .gone: gone += 1
        }
    }
}
