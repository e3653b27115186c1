/// What became of a frame on its way to an agent.
public enum SendResult: Equatable, Sendable, BitwiseCopyable {
    /// libzmq has it; that says nothing about its arrival.
    case sent
    /// The agent's queue is full, because it does not read or the link is slow; the frame was not taken.
    case wouldBlock
    /// The connection no longer exists.
    case gone
}
