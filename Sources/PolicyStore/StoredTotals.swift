/// Sums over all agents since the federation began.
public struct StoredTotals: Equatable, Sendable, BitwiseCopyable {
    /// Environment steps behind everything applied or noted.
    public var steps: UInt64
    /// Episodes that ended in them.
    public var episodes: UInt64
    /// Bytes of the messages that came.
    public var bytesReceived: UInt64
    /// Bytes of the messages that went out.
    public var bytesSent: UInt64

    public init(steps: UInt64 = 0, episodes: UInt64 = 0, bytesReceived: UInt64 = 0, bytesSent: UInt64 = 0) {
        self.steps = steps
        self.episodes = episodes
        self.bytesReceived = bytesReceived
        self.bytesSent = bytesSent
    }
}
