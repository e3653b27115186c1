/// One connection of one peer, as the transport numbers it: it names a place to send to, not an agent.
public struct Connection: Hashable, Sendable, BitwiseCopyable {
    /// The transport's number.
    public var number: UInt32

    /// Names connection `number`.
    public init(_ number: UInt32) { self.number = number }
}
