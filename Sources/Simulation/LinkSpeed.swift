/// What one direction of an agent's link to the gateway costs in time.
public struct LinkSpeed: Equatable, Sendable {
    /// From the last bit sent to the last bit received.
    public var latencyMilliseconds = 0.0
    /// How fast bytes go in; 0: at once.
    public var bytesPerSecond = 0.0
    /// What a message with a vector in it takes beside its bytes (κ of the literature on communication complexity).
    public var messageSeconds = 0.0

    /// A link that costs no time.
    public init() {}

    /// Seconds from the moment that the link is free until a message has come out at its other end.
    func transitSeconds(bytes: Int, hasVector: Bool) -> Double {
        occupiedSeconds(bytes: bytes, hasVector: hasVector) + latencyMilliseconds * 1e-3
    }

    /// Seconds for which a message keeps the next one waiting.
    func occupiedSeconds(bytes: Int, hasVector: Bool) -> Double {
        (hasVector ? messageSeconds : 0) + (bytesPerSecond > 0 ? Double(bytes) / bytesPerSecond : 0)
    }
}
